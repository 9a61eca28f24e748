"""HTTP API: a browser never sees what a function that failed has thrown."""

from ministack.services import apigateway


def mend() -> None:
    invoke = apigateway._invoke_lambda_proxy

    async def invoke_proxy(*args, **kwargs):
        answer = await invoke(*args, **kwargs)
        if answer[0] == 502 and b"errorType" in (answer[2] or b""):
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        return answer

    apigateway._invoke_lambda_proxy = invoke_proxy
