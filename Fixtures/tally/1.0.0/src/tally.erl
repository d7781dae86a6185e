%% Questions that a person or a script asks a running tally node.
-module(tally).

-export([port/0, version/0]).

%% The TCP port that clients connect to, also when the configuration says 0 (any free port).
-spec port() -> inet:port_number().
port() ->
    tally_listener:port().

%% The version of the application as the node knows it.
-spec version() -> string().
version() ->
    {ok, Version} = application:get_key(tally, vsn),
    Version.
