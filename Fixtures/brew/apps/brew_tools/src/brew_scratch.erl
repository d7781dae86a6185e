-module(brew_scratch).
-export([run/0]).

run() -> ok.
