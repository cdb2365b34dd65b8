"""Everything that happens: people press and write, the bot sends and edits."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count

from emulator.clock import Clock
from emulator.errors import bad_request, forbidden
from emulator.files import FileStore
from emulator.ids import Sequence
from emulator.state import Answer, Bot, Chat, Content, Event, Message, Person, Query

Listener = Callable[[Event], None]

# Real ids have passed 2^31: a product that keeps them in 32 bits must be found out.
FIRST_PERSON = 7_000_000_001


class World:
    """The chats of one bot. All changes go through here, and every change is an event."""

    def __init__(self, bot: Bot, clock: Clock, *, query_lifetime: timedelta) -> None:
        self.bot = bot
        self.clock = clock
        self.revoked = False  # whether the bot's token is good for nothing any more
        self.files = FileStore()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self._query_lifetime = query_lifetime
        self._message_ids = Sequence(clock.now())
        self._query_ids = count(int(clock.now().timestamp() * 1000))
        self._person_ids = count(FIRST_PERSON)
        self._group_ids = count(4_000_000_001)
        self._listeners: dict[int | None, list[Listener]] = {None: []}
        clock.on_change(lambda: self.publish(Event("clock")))

    def lets_in(self, token: str) -> bool:
        """Return whether a token is the bot's."""
        return token == self.bot.token and not self.revoked

    def listen(self, listener: Listener, *, phone: int | None = None) -> Callable[[], None]:
        """Call `listener` with every event, or with those of one phone; the returned function ends that."""
        listeners = self._listeners.setdefault(phone, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def publish(self, event: Event) -> None:
        """Tell whoever listens."""
        mine = self._listeners.get(event.phone, []) if event.phone is not None else []
        for listener in (*mine, *self._listeners[None]):
            listener(event)

    def add_person(
        self, name: str, *, language: str, user_id: int | None, role: str | None, start_payload: str | None
    ) -> Person:
        """Register somebody with a phone; raise ValueError for an id that is taken."""
        if user_id is None:
            user_id = next(number for number in self._person_ids if number not in self.people)
        if user_id in self.people or user_id <= 0:
            raise ValueError(f"the user id {user_id} is taken or not positive; choose another")
        person = Person(user_id, name, language, role, start_payload)
        self.people[user_id] = person
        self.chats[user_id] = Chat(user_id, "private", name, {user_id: person})
        self.phones_changed()
        return person

    def phones_changed(self) -> None:
        """Tell that somebody came, or is in another state."""
        self.publish(Event("phones"))

    def add_group(self, title: str, people: Iterable[Person], *, supergroup: bool, forum: bool) -> Chat:
        """Open a group that the bot is a member of."""
        members = {person.id: person for person in people}
        number = next(self._group_ids)
        chat_id = -(10**12) - number if supergroup or forum else -number
        kind = "supergroup" if supergroup or forum else "group"
        chat = self.chats[chat_id] = Chat(chat_id, kind, title, members, is_forum=forum)
        return chat

    def upgrade(self, group: Chat) -> Chat:
        """Turn a group into a supergroup: its id is good for nothing but the error that names the new one."""
        chat = self.add_group(group.title, group.members.values(), supergroup=True, forum=False)
        group.migrated_to = chat.id
        return chat

    def open_topic(self, chat: Chat, name: str) -> int:
        """Open a topic in a forum and return its thread id."""
        number = self._message_ids.next()
        chat.topics[number] = name
        return number

    def reachable(self, chat_id: int | str) -> Chat:
        """Return a chat that the bot may write to, or raise Refused as Telegram does."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        person = chat.person
        if person is not None:
            if person.deactivated:
                raise forbidden("user is deactivated")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    def post(
        self,
        chat: Chat,
        sender: Person | Bot,
        content: Content,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        protected: bool = False,
    ) -> Message:
        """Put a new message into a chat."""
        number, now = self._message_ids.next(), self.clock.now()
        message = Message(number, chat, sender, now, [content], None, thread, reply_to, protected)
        chat.messages[message.id] = message
        self._tell("message", chat, message)
        return message

    def edit(self, message: Message, content: Content) -> None:
        """Show something else in a message."""
        message.versions.append(content)
        message.edited = self.clock.now()
        self._tell("edit", message.chat, message)

    def delete(self, message: Message) -> None:
        """Take a message away for everybody."""
        del message.chat.messages[message.id]
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self._tell("delete", message.chat, message)

    def act(self, chat: Chat, action: str) -> None:
        """Show that the bot is doing something."""
        for person in chat.members.values():
            self.publish(Event("action", person.id, action=action))

    def _tell(self, kind: str, chat: Chat, message: Message) -> None:
        for person in chat.members.values():
            self.publish(Event(kind, person.id, message))

    def ask(self, person: Person) -> Query:
        """Keep a press on a button until it is answered."""
        query = Query(str(next(self._query_ids)), person, self.clock.now())
        self.queries[query.id] = query
        return query

    def answer(self, query_id: str, text: str | None, *, alert: bool) -> None:
        """Answer a press; raise Refused when it is unknown, answered or too old."""
        query = self.queries.pop(query_id, None)
        if query is None or self.clock.now() - query.asked > self._query_lifetime:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.publish(Event("answer", query.person.id, answer=Answer(query_id, text, alert)))

    def now(self) -> datetime:
        """Return the emulator's time."""
        return self.clock.now()
