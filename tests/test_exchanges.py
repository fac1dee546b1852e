"""One body out, one answer in, over whatever adapter a session has."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.util.retry import Retry

from greenapi_nb.exchanges import sending_once


class TestSendingOnce:
    """An adapter without its retries."""

    def test_the_given_one_keeps_its_own(self) -> None:
        """Other users of the session see no change."""
        adapter = HTTPAdapter(max_retries=Retry(3, allowed_methods=None))
        once = sending_once(adapter)
        assert adapter.max_retries.total == 3
        assert isinstance(once, HTTPAdapter)
        assert once.max_retries.total == 0
        assert once.poolmanager is adapter.poolmanager

    def test_its_class_and_attributes_stay(self) -> None:
        """An adapter of the user's own goes on doing what it does."""

        class Own(HTTPAdapter):
            def __init__(self, mark: str) -> None:
                super().__init__()
                self.mark = mark

        once = sending_once(Own("x"))
        assert isinstance(once, Own)
        assert once.mark == "x"

    def test_other_adapters_pass(self) -> None:
        """What does not send over HTTP connections is left as it is."""

        class Own(BaseAdapter):
            def send(self, *_: Any, **__: Any) -> requests.Response:
                return requests.Response()

            def close(self) -> None:
                pass

        adapter = Own()
        assert sending_once(adapter) is adapter
