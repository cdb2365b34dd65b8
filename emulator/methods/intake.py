"""Methods with which the bot learns what happened: updates, webhook, files."""

import re
from typing import Any
from urllib.parse import urlsplit

from emulator import render
from emulator.errors import bad_request, conflict
from emulator.files import DOWNLOAD_LIMIT
from emulator.methods.content import secure_url
from emulator.methods.registry import Arguments, method
from emulator.services import Services
from emulator.webhook import Webhook

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method("getMe")
def get_me(services: Services, _: Arguments) -> dict[str, Any]:
    """Return the bot."""
    able = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return render.user(services.world.bot) | able


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(services: Services, call: Arguments) -> list[dict[str, Any]]:
    """Return the updates that the bot has not confirmed."""
    if services.webhooks.webhook is not None:
        raise conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete it first")
    return await services.polling.poll(
        offset=call.get("offset"),
        limit=max(1, min(call.get("limit", 100), 100)),
        timeout=call.get("timeout", 0),
        allowed_updates=_known_kinds(services, call),
    )


def _known_kinds(services: Services, call: Arguments) -> list[str] | None:
    kinds: list[str] | None = call.get("allowed_updates")
    for kind in kinds or ():
        if kind not in services.contract.update_kinds:
            raise bad_request(f"unallowed update type {kind!r}")
    return kinds


@method("setWebhook", "url max_connections allowed_updates drop_pending_updates secret_token")
async def set_webhook(services: Services, call: Arguments) -> bool:
    """Have updates delivered to an address from now on; an empty one ends that."""
    url, secret = call["url"].strip(), call.get("secret_token")
    connections = call.get("max_connections", 40)
    if url and not (urlsplit(url).hostname and secure_url(url)):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    services.queue.ask_for(_known_kinds(services, call))
    if call.get("drop_pending_updates"):
        services.queue.clear()
    if not url:
        await services.webhooks.stop()
        return True
    services.polling.throw_out("setWebhook")
    await services.webhooks.set(Webhook(url, secret, connections))
    return True


@method("deleteWebhook", "drop_pending_updates")
async def delete_webhook(services: Services, call: Arguments) -> bool:
    """Go back to getUpdates."""
    if call.get("drop_pending_updates"):
        services.queue.clear()
    await services.webhooks.stop()
    return True


@method("getWebhookInfo")
def get_webhook_info(services: Services, _: Arguments) -> dict[str, Any]:
    """Return how the delivery goes."""
    webhook = services.webhooks.webhook
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(services.queue),
    }
    if webhook is not None:
        info["max_connections"] = webhook.max_connections
    if webhook is not None and services.webhooks.last_error is not None:
        at, what = services.webhooks.last_error
        info |= {"last_error_date": render.unix(at), "last_error_message": what}
    if services.queue.asked_for is not None:
        info["allowed_updates"] = list(services.queue.asked_for)
    return info


@method("getFile", "file_id")
def get_file(services: Services, call: Arguments) -> dict[str, Any]:
    """Return where a file can be fetched."""
    file = services.world.files.by_id(call["file_id"])
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }
