-module(brew_tools).
-export([run/0]).

run() -> ok.
