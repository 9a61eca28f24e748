"""IAM: an invocation that names its alias apart is decided on the alias's ARN, as one that has it in
the function's name."""

from ministack.core import iam_actions


def mend() -> None:
    resource_of = iam_actions.extract_resource_arn

    def extract(service, method, path, headers, body, query, region, account):
        arn = resource_of(service, method, path, headers, body, query, region, account)
        if service == "lambda" and ":function:" in arn and arn.count(":") == 6:
            qualifier = (query or {}).get("Qualifier")
            if isinstance(qualifier, list):
                qualifier = qualifier[0]
            if qualifier:
                return f"{arn}:{qualifier}"
        return arn

    iam_actions.extract_resource_arn = extract
