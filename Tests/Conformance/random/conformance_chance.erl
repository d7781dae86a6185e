%% Random choices from one seed. How likely it is that something goes wrong, in a thousand choices, is part of the seeding.
-module(conformance_chance).
-export([seed/2, below/1, chance/1, faulty/0, pick/1, some/2, shuffle/1]).

seed(Seed, Faults) ->
    rand:seed(exsss, {Seed, Seed * 7919, 20250}),
    put(conformance_faults, Faults).

%% An integer from 0 on, below the limit.
below(Limit) -> rand:uniform(Limit) - 1.

%% True in so many of a hundred cases.
chance(Percent) -> rand:uniform(100) =< Percent.

faulty() -> rand:uniform(1000) =< get(conformance_faults).

pick(List) -> lists:nth(rand:uniform(length(List)), List).

%% The elements that are chosen with a likelihood in percent.
some(Percent, List) -> [Element || Element <- List, chance(Percent)].

shuffle(List) -> [Element || {_, Element} <- lists:keysort(1, [{rand:uniform(), Element} || Element <- List])].
