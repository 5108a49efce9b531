"""Pages of reference for the documentation site, from what programs say about themselves: reference.py openapi|doctor < JSON > PAGE"""
import json
import sys


def cell(text):
    return str(text or "").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("{", "&#123;")


def openapi(document):
    print("# REST interface\n\nEvery path of the `rest` program, from its own [OpenAPI document](openapi.json); what lies behind them is in [REST](rest.md). "
          "A running server shows the same with schemas and examples under `/docs`.")
    groups = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault((operation.get("tags") or ["Other"])[0], []).append((path, method.upper(), operation))
    for group, operations in groups.items():
        print(f"\n## {group}\n\n| method | path | what it does |\n|---|---|---|")
        for path, method, operation in operations:
            print(f"| {method} | <code>{cell(path)}</code> | {cell(operation.get('summary'))} |")


def doctor(findings):
    print("# Diagnostics\n\nWhat `hutch doctor` looks at on a host, what it wants, and why; on a host of yours it says what there is, and the command that mends it.\n\n"
          "| check | wanted | why |\n|---|---|---|")
    for finding in findings:
        print(f"| {cell(finding['name'])} | {cell(finding['wanted'])} | {cell(finding['why'])} |")


{"openapi": openapi, "doctor": doctor}[sys.argv[1]](json.load(sys.stdin))
