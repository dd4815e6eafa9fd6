"""The Telegram edge: from an update to what is said, once.

webhook        what Telegram calls: the secret, the body's bounds, the status
updates        an update's form, as far as it is looked at
claims         who answers an update, kept in the bucket
reception      claim, answer, apologise, mark as done
addressing     whether a message is meant for the bot, and what it asks
conversation   the reply to a message, a press of a button, an inline query
presses        what the buttons carry
replies        what can be said, as values
cards          a track, its genres and a list of tracks as text; markup: HTML that Telegram takes
languages      the language that a person chose, kept in the bucket
api            the Bot API, through pyTelegramBotAPI
profile        the bot's commands and descriptions
polling        updates fetched, where nothing can call us
"""
