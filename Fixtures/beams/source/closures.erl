%% Functions as values, a function that runs when the module is loaded, and code from another file.
-module(closures).
-on_load(prepare/0).
-export([adder/1, compose/2, named/0]).
-compile({inline, [twice/1]}).

prepare() -> ok.

adder(N) -> fun(X) -> X + N end.

compose(F, G) -> fun(X) -> F(G(twice(X))) end.

named() -> [fun Loop(0) -> done; Loop(N) -> Loop(N - 1) end, fun erlang:abs/1, fun twice/1, fun lists:map/2].

-file("generated/twice.hrl", 7).
twice(X) -> X * 2.
