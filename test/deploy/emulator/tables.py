"""CloudFormation's tables: TTL, recovery and deletion protection are set, protection is heeded, and a
global table that is there can be imported."""

from ministack.services import dynamodb
from patching import allow_import, resource_type

GLOBAL = "AWS::DynamoDB::GlobalTable"


def mend() -> None:
    for name in ("AWS::DynamoDB::Table", GLOBAL):
        _mend_type(name)
    known = resource_type("AWS::DynamoDB::Table")["import"]
    allow_import(
        GLOBAL,
        "TableName",
        lambda name: None if name in dynamodb._tables else f"Table: {name} does not exist.",
        lambda name: known({"TableName": name}),
    )


def _mend_type(name: str) -> None:
    handlers = resource_type(name)
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_table(logical_id, properties, stack_name):
        result = create(logical_id, properties, stack_name)
        _apply(result[0], properties)
        return result

    def update_table(physical_id, old, new, *args, **kwargs):
        result = update(physical_id, old, new, *args, **kwargs)
        _apply(result[0] if isinstance(result, tuple) else physical_id, new)
        return result

    def delete_table(physical_id, properties):
        table = dynamodb._tables.get(physical_id)
        if table and table.get("DeletionProtectionEnabled"):
            raise ValueError(
                "Resource cannot be deleted as it is currently protected against deletion. "
                f"Disable deletion protection first. ({physical_id})"
            )
        return delete(physical_id, properties)

    handlers.update(create=create_table, update=update_table, delete=delete_table)


def _apply(table_name: str, properties: dict) -> None:
    replica = (properties.get("Replicas") or [{}])[0]
    recovery = properties.get("PointInTimeRecoverySpecification") or replica.get(
        "PointInTimeRecoverySpecification"
    )
    if properties.get("TimeToLiveSpecification"):
        dynamodb._update_ttl(
            {
                "TableName": table_name,
                "TimeToLiveSpecification": properties["TimeToLiveSpecification"],
            }
        )
    if recovery:
        dynamodb._update_continuous_backups(
            {"TableName": table_name, "PointInTimeRecoverySpecification": recovery}
        )
    if replica.get("DeletionProtectionEnabled") is not None:
        protected = replica["DeletionProtectionEnabled"] in (True, "true")
        dynamodb._tables.get(table_name)["DeletionProtectionEnabled"] = protected
