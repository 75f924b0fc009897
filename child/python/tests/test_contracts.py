"""Which value meets which contract, as in every language: docs/protocol.md, 15.4."""

from __future__ import annotations

import json
import unittest
from importlib.util import find_spec

from handover import ContractError
from handover.contracts import Contract
from handover.errors import FailedOperation
from handover.value.cargo import Cargo
from handover.value.codec import Codec
from vectors import LooseEnd, vectors_in


def failed() -> FailedOperation:
    return FailedOperation("send", "values", None, 0)


@unittest.skipIf(find_spec("jsonschema") is None, "jsonschema is not installed")
class Contracts(unittest.TestCase):
    def test_15_4_each_vector(self) -> None:
        for vector in vectors_in("contracts.json"):
            with self.subTest(vector["name"]):
                value = Codec().decode(bytes.fromhex(vector["bytes"]), [])
                contract = Contract("values", json.dumps(vector["schema"]))
                if vector["meets"]:
                    contract.check(value, failed)
                    continue
                with self.assertRaises(ContractError) as caught:
                    contract.check(value, failed)
                if "path" in vector:
                    self.assertEqual(caught.exception.path, vector["path"])

    def test_15_4_an_end_stands_where_anything_may(self) -> None:
        end = LooseEnd(1)
        Contract("values", '{"properties":{"reply":{}}}').check({"reply": end}, failed)
        with self.assertRaises(ContractError):
            Contract("values", '{"properties":{"reply":{"type":"object"}}}').check({"reply": end}, failed)

    def test_15_2_what_is_checked_is_not_changed(self) -> None:
        value = {"data": b"x", "when": 1.0}
        Contract("values", "{}").check(value, failed)
        self.assertEqual(Codec().decode(Codec().encode(value, Cargo(self)), []), value)


if __name__ == "__main__":
    unittest.main()
