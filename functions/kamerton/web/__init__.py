"""The HTTPS edge: an ordinary Flask application with a page and a JSON API.

`site` puts it together; `routes` is the one table of the API's addresses, from which `openapi` describes it; `messages` are the
types that travel; `reading` turns a request into one of them; `problems` answers when that or anything else fails; `answering`
tags answers so that they can be kept, and `assets` serves the page's files.
"""
