"""What both edges, the web and Telegram's webhook, need of HTTP.

problems        errors as RFC 9457 problem details
health          the answer of GET /health
track_messages  tracks and notes as JSON, which problems carry too
public_links    addresses of ours in an answer
language        the language in which a request wants to be answered
trace_context   the trace that a request belongs to
"""
