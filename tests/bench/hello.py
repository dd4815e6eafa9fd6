"""The least that functions-framework can serve: what every figure is compared with."""

import functions_framework


@functions_framework.http
def hello(request):  # type: ignore[no-untyped-def]  # noqa: ARG001
    return "hello"
