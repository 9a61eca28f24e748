"""Ways to replace a part of the emulator that fail when the part is not as expected."""


def replace_once(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{text.count(old)} times in the emulator: {old}"
    return text.replace(old, new)


def resource_type(name: str) -> dict:
    """What CloudFormation does with resources of a type: create, update, delete, import."""
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS[name]
    assert {"create", "update", "delete"} <= set(handlers), (name, sorted(handlers))
    return handlers


def allow_import(name: str, key: str, find_problem, adopt) -> None:
    """Lets an import change set take an existing resource in: `find_problem(identifier)` is None for
    one that is there, `adopt(identifier)` gives its physical id and attributes."""
    from ministack.services.cloudformation import changesets

    handlers = resource_type(name)
    assert "import" not in handlers and name not in changesets._IMPORT_LOOKUPS, name
    changesets._IMPORT_LOOKUPS[name] = ((key,), find_problem)
    handlers["import"] = lambda identifier: adopt(identifier[key])
