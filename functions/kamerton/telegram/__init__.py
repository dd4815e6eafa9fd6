"""The Telegram edge: from an update to its reply, once.

webhook          what Telegram calls: the secret, the body's bounds, the status
polling          updates fetched, where nothing can call us
update_handler   lease, answer, apologise, mark as done
update_leases    who answers an update, kept in the bucket
updates          an update, with the fields that are read
message_parsing  whether a message is meant for the bot, and what it asks for
conversation     the reply to a message, a press of a button, an inline query
commands         the table of commands, and what each is answered with
track_replies    replies about tracks
callback_data    what the buttons carry
replies          what the bot says, as calls of the Bot API
bot_api_types    the calls of the Bot API, as typed values
bot_api          the client that makes them
cards            a track, its genres and a list of tracks as text
markup           HTML that Telegram takes
language_store   the language that a person chose, kept in the bucket
profile          the bot's commands and descriptions
"""
