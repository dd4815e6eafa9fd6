"""The HTTPS edge: an ordinary Flask application with a page and a JSON API.

site               puts the application together
routes             the table of the API's addresses, with a handler of a few lines each; openapi describes it
request_parsing    from a request to a typed question, or to a sentence about what is wrong
messages           the types of the API's answers
exports            the list in other forms: CSV, M3U, text
answer_page        the page of an answer; page_question is its address, list_links its links, radar_chart its picture
map_pages          the map of music
problem_page       the page of a problem
api_reference      /docs and the Postman collection, made from the OpenAPI document with real answers
release_response   one answer from the release in force, with its entity tag; http_cache says how long it may be cached
assets             the page's style, scripts and pictures
"""
