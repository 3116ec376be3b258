"""The activation channel without a socket: who may speak, and that nothing forged or garbled does anything."""

import random
from collections.abc import Iterator

import pytest
from tests.station.desk import RememberingDesk
from tests.station.small import entropy_from

from urna.errors import Malformed, OutOfOrder, Unproven, UrnaError
from urna.station.booth_session import State
from urna.station.link import PRESENCE, Part, Presence
from urna.station.link_messages import (
    MAX_MESSAGE_BYTES,
    Acknowledge,
    Activate,
    AskChallenge,
    AskCondition,
    Refused,
    Request,
    Resume,
    TestReadiness,
    Zero,
    answer_at,
    error_of,
    read_reply,
    read_request,
    write_reply,
    write_request,
)
from urna.station.link_session import BoothEnd, Ends, PollBookEnd, Stand
from urna.words import Sentence

ENDS = Ends("ab" * 32, "S-1", 1, b"\7" * 32)
OTHER_KEY = ENDS._replace(pairing_key=b"\x08" * 32)
MUTATIONS = 2000
REQUESTS: tuple[Request, ...] = (
    AskCondition(),
    AskChallenge(),
    Activate(style="NORTH", answer="cd" * 32),
    Acknowledge(),
    TestReadiness(),
    Zero(now="2026-12-06T10:00:00Z"),
)


class Line:
    """A connection between two ends in memory, and what went over it."""

    def __init__(self, seed: str = "line", poll_book: Ends = ENDS, booth: Ends = ENDS) -> None:
        self.poll_book = PollBookEnd(poll_book, entropy_from(f"{seed}/poll book"))
        self.booth = BoothEnd(booth, entropy_from(f"{seed}/booth"))
        self.desk = RememberingDesk()
        self.sent: list[bytes] = []

    def open(self) -> "Line":
        """Hello, welcome, proof."""
        self.sent.append(self.poll_book.hello())
        proof = self.poll_book.welcomed(self.booth.greet(self.sent[0]))
        self.sent.append(proof)
        assert self.booth.greet(proof) == b""
        assert {self.booth.stand, self.poll_book.stand} == {Stand.OPEN}
        return self

    def request(self, request: Request) -> bytes:
        """The frame of a request."""
        self.sent.append(self.poll_book.request(write_request(request)))
        return self.sent[-1]

    def hear(self, data: bytes) -> Iterator[bytes]:
        """What the booth answers to these bytes."""
        for body in self.booth.requests(data):
            yield self.booth.reply(write_reply(answer_at(self.desk, read_request(body))))


def say(end: BoothEnd, desk: RememberingDesk, stream: bytes) -> None:
    """A whole stream of a poll book's bytes, to a booth that has just been connected to."""
    end.greet(stream[:7])
    end.greet(stream[7:])
    if end.stand is Stand.OPEN:
        for body in end.requests(b""):
            answer_at(desk, read_request(body))


def test_the_paired_two_speak_with_each_other() -> None:
    """Each request reaches the desk once, in its order, and each reply is the poll book's."""
    line = Line().open()
    for request in REQUESTS:
        (reply,) = line.hear(line.request(request))
        assert line.poll_book.reply(reply) is not None
    assert line.desk.acts == [
        "challenge", "activate NORTH cdcd", "acknowledge", "test_readiness", "zero 2026-12-06T10:00:00Z",
    ]  # fmt: skip


def test_frames_may_arrive_byte_by_byte() -> None:
    """A cable cuts where it likes."""
    line = Line().open()
    frame = line.request(AskChallenge())
    replies = [reply for each in frame for reply in line.hear(bytes([each]))]
    assert line.desk.acts == ["challenge"]
    taken = [line.poll_book.reply(bytes([each])) for each in replies[0]]
    assert taken[-1] is not None
    assert set(taken[:-1]) == {None}


def test_a_poll_book_with_another_key_is_refused() -> None:
    """It finds out first: the booth's welcome is not made with its key; and its proof is none to the booth."""
    line = Line(poll_book=OTHER_KEY)
    with pytest.raises(Unproven):
        line.poll_book.welcomed(line.booth.greet(line.poll_book.hello()))
    deaf = PollBookEnd(OTHER_KEY, entropy_from("deaf"))
    fake = BoothEnd(OTHER_KEY, entropy_from("fake"))
    booth = BoothEnd(ENDS, entropy_from("booth"))
    booth.greet(deaf.hello())
    with pytest.raises(Unproven):
        booth.greet(deaf.welcomed(fake.greet(deaf.hello())))
    assert booth.stand is Stand.CLOSED


@pytest.mark.parametrize(
    "other", [ENDS._replace(booth=2), ENDS._replace(station="S-2"), ENDS._replace(election="0" * 64)]
)
def test_another_booth_is_not_this_one(other: Ends) -> None:
    """A cable in the wrong booth is found at the first message."""
    with pytest.raises(Malformed):
        BoothEnd(other, entropy_from("booth")).greet(PollBookEnd(ENDS, entropy_from("poll book")).hello())


def test_a_recorded_connection_opens_nothing() -> None:
    """Every byte of yesterday's poll book, said again to the booth, stops at its proof."""
    line = Line().open()
    for request in REQUESTS:
        list(line.hear(line.request(request)))
    again = BoothEnd(ENDS, entropy_from("another day"))
    desk = RememberingDesk()
    with pytest.raises(Unproven):
        say(again, desk, b"".join(line.sent))
    assert desk.acts == []


def test_a_message_that_comes_twice_ends_the_connection() -> None:
    """The second one has the number of the first."""
    line = Line().open()
    frame = line.request(Acknowledge())
    list(line.hear(frame))
    with pytest.raises(Unproven):
        list(line.hear(frame))
    assert line.booth.stand is Stand.CLOSED
    assert line.desk.acts == ["acknowledge"]


def test_messages_in_another_order_end_the_connection() -> None:
    """Nothing of either is done."""
    line = Line().open()
    first, second = line.request(AskChallenge()), line.request(Acknowledge())
    with pytest.raises(Unproven):
        list(line.hear(second + first))
    assert line.desk.acts == []


def test_a_reply_is_no_request_and_a_request_no_reply() -> None:
    """Codes say their direction."""
    line = Line().open()
    frame = line.request(AskCondition())
    with pytest.raises(Unproven):
        line.poll_book.reply(frame)
    other = Line().open()
    (reply,) = other.hear(other.request(AskCondition()))
    with pytest.raises(Unproven):
        list(line.hear(reply))


def test_a_reply_to_another_request_is_refused() -> None:
    """The poll book never takes an old answer for a new one."""
    line = Line().open()
    (old,) = line.hear(line.request(AskCondition()))
    assert line.poll_book.reply(old) is not None
    line.request(AskCondition())
    with pytest.raises(Unproven):
        line.poll_book.reply(old)


def test_two_thousand_mutated_streams_change_nothing_beyond_what_was_right() -> None:
    """A stream with one mutation does a prefix of its acts, and then ends the connection or waits for more bytes."""
    line = Line("fuzz").open()
    for request in REQUESTS:
        list(line.hear(line.request(request)))
    stream, whole = b"".join(line.sent), line.desk.acts
    chance = random.Random("mutations")
    for _ in range(MUTATIONS):
        desk = RememberingDesk()
        booth = BoothEnd(ENDS, entropy_from("fuzz/booth"))
        mutated = mutate(stream, chance)
        try:
            say(booth, desk, mutated)
            waits = True
        except (Malformed, Unproven):
            waits = False
        assert desk.acts == whole[: len(desk.acts)]
        assert waits or booth.stand is Stand.CLOSED or desk.acts == whole


def test_a_mutated_stream_without_mutation_does_everything() -> None:
    """The proof that the test before this one can do something at all."""
    line = Line("fuzz").open()
    for request in REQUESTS:
        list(line.hear(line.request(request)))
    desk = RememberingDesk()
    say(BoothEnd(ENDS, entropy_from("fuzz/booth")), desk, b"".join(line.sent))
    assert desk.acts == line.desk.acts


def test_random_bodies_are_requests_or_malformed() -> None:
    """Nothing else escapes from reading."""
    chance = random.Random("bodies")
    good = [write_request(request) for request in REQUESTS]
    for _ in range(MUTATIONS):
        body = mutate(chance.choice(good), chance)
        try:
            assert write_request(read_request(body)) == body
        except Malformed:
            continue


def test_what_a_booth_refuses_arrives_as_it_was_said() -> None:
    """Kind, parts and place are the same at the other side, so that the screen can translate them."""
    reply = read_reply(write_reply(answer_at(RememberingDesk(), Resume())))
    assert isinstance(reply, Refused)
    error = error_of(reply.trouble)
    assert isinstance(error, OutOfOrder)
    assert error.expected == Sentence("what state {state} of the booth allows", {"state": "voting"})
    assert str(error) == (
        "S-1 booth 1: expected what state voting of the booth allows, found Resumed. "
        "Follow what the booth's screen asks for."
    )


def test_a_refusal_with_too_many_words_is_shortened() -> None:
    """It still fits into a message, and says its kind and its remedy."""

    class Talking(RememberingDesk):
        def resume(self) -> None:
            raise Unproven("x" * MAX_MESSAGE_BYTES, "y", Sentence("Call the technician."))

    data = write_reply(answer_at(Talking(), Resume()))
    reply = read_reply(data)
    assert len(data) <= MAX_MESSAGE_BYTES
    assert isinstance(reply, Refused)
    assert isinstance(error_of(reply.trouble), Unproven)
    assert reply.trouble.remedy == Part.of(Sentence("Call the technician."))


def test_the_poll_book_sees_no_step_of_a_voter() -> None:
    """Choosing, printed, void and challenged look alike: challenged ballots are opened in public."""
    assert {state.value for state in State} == set(PRESENCE)
    steps = ("choosing", "reviewing", "pending", "printed", "void", "challenged")
    assert {PRESENCE[step] for step in steps} == {Presence.VOTING}


def test_keys_stay_out_of_words() -> None:
    """A repr says which booth and no more; an error of the handshake neither key nor nonce."""
    assert repr(ENDS) == "Ends(S-1 booth 1)"
    with pytest.raises(UrnaError) as caught:
        Line(poll_book=OTHER_KEY).open()
    assert not any(len(word) >= 32 for word in str(caught.value).split())


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One bit turned, a byte lost or added, a piece cut, doubled or exchanged."""
    here, there = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    match chance.randrange(6):
        case 0:
            return data[:here] + bytes([data[here] ^ 1 << chance.randrange(8)]) + data[here + 1 :]
        case 1:
            return data[:here] + data[here + 1 :]
        case 2:
            return data[:here] + chance.randbytes(1) + data[here:]
        case 3:
            return data[:here]
        case 4:
            return data[:there] + data[here:there] + data[there:]
        case _:
            return data[:here] + chance.randbytes(there - here) + data[there:]
