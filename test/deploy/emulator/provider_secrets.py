"""CloudFormation's secrets: `Ref` is the ARN, one without a value has none, no two have one name,
and one that is there can be imported."""

from ministack.services import secretsmanager
from patching import allow_import, resource_type

TYPE = "AWS::SecretsManager::Secret"


def mend() -> None:
    handlers = resource_type(TYPE)
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_secret(logical_id, properties, stack_name):
        if properties.get("Name") in secretsmanager._secrets:
            name = properties["Name"]
            raise ValueError(f"The operation failed because the secret {name} already exists.")
        name, attributes = create(logical_id, properties, stack_name)
        if not {"SecretString", "GenerateSecretString"} & set(properties):
            secretsmanager._secrets[name]["Versions"].clear()
        return attributes["Arn"], attributes

    def update_secret(physical_id, old, new, stack_name, logical_id=None):
        name = _name_of(physical_id)
        _, attributes = update(name, old, new, stack_name, logical_id)
        return attributes["Arn"], attributes

    def delete_secret(physical_id, properties):
        return delete(_name_of(physical_id), properties)

    handlers.update(create=create_secret, update=update_secret, delete=delete_secret)
    allow_import(TYPE, "Id", _import_problem, lambda arn: (arn, {"Id": arn, "Arn": arn}))


def _name_of(physical_id):
    for name, secret in list(secretsmanager._secrets.items()):
        if secret["ARN"] == physical_id:
            return name
    return physical_id


def _import_problem(arn):
    return None if _name_of(arn) != arn else f"Secret {arn} was not found"
