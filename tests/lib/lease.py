"""What a claim may do, told from outside, and whether a history of several
who used it at once can have been: whether there is an order of the single
operations, each at some moment between its beginning and its end, in which
each heard what it had to hear (linearisable, as Herlihy and Wing call it).

A claim is (holder, since, fence, held): who had it last, the fences between
which nobody else had it, and whether the lease runs.
"""

import collections

FREE = (None, 0, 0, False)

Operation = collections.namedtuple(
    "Operation", "round step who what fence began ended result said")


def parse(text):
    """Lines as tests/lib/racers prints them; by round and step."""
    steps = collections.defaultdict(list)
    for line in text.splitlines():
        one = Operation(*line.split(" "))
        one = one._replace(**{name: int(getattr(one, name)) for name in
                              ("round", "step", "fence", "began", "ended")})
        steps[one.round, one.step].append(one)
    return [steps[key] for key in sorted(steps)]


def take(state, who):
    """The claim in this person's hands."""
    holder, since, fence, held = state
    if held and holder == who:
        return state
    return (who, since if holder == who else fence + 1, fence + 1, True)


def after(state, one):
    """The claim after this operation, or None when it cannot have heard what
    it heard in this state."""
    holder, since, fence, held = state
    if one.what == "end":
        return (holder, since, fence, False)
    foreign = held and holder != one.who
    if one.what == "claim" or one.fence == -1:
        allowed = not foreign
    elif one.what == "release":
        allowed = held and holder == one.who and fence == one.fence
    else:
        allowed = holder == one.who and since <= one.fence <= fence
    if one.result == "lost":
        if one.what == "submit" and one.fence == -1:
            # The fence of the draft is what it fails by; nothing changes.
            return state
        named = one.said == "-" or (foreign and one.said == holder)
        return state if not allowed and named else None
    if not allowed:
        return None
    if one.what == "release":
        return (holder, since, fence, False)
    state = take(state, one.who)
    # Only these two are told the fence.
    told = one.what in ("claim", "save")
    return state if not told or int(one.said) == state[2] else None


def orders(state, left):
    """The states in which these operations, all of one step, may end."""
    ends, seen, todo = set(), set(), [(state, frozenset(left))]
    while todo:
        state, left = todo.pop()
        if (state, left) in seen:
            continue
        seen.add((state, left))
        if not left:
            ends.add(state)
            continue
        first = min(one.ended for one in left)
        ready = [one for one in left if one.began <= first]
        # What changes nothing may as well have been at once.
        idle = [one for one in ready if after(state, one) == state]
        if idle:
            todo.append((state, left - {idle[0]}))
            continue
        for one in ready:
            then = after(state, one)
            if then is not None:
                todo.append((then, left - {one}))
    return ends


def judge(steps):
    """The first step that cannot have been, or None. Steps come one after
    the other: none begins before the one before has ended."""
    states = {FREE}
    for step in steps:
        states = {end for state in states for end in orders(state, step)}
        if not states:
            return step
    return None
