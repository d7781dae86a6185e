-module(tally_app).
-behaviour(application).

-export([start/2, stop/1, config_change/3]).

start(_Type, _Arguments) ->
    tally_sup:start_link().

stop(_State) ->
    ok.

%% Called by release_handler after an upgrade that changed the application's environment. Every process that keeps a
%% configured value is told to read it again. A changed port is used from the next start on: to move the
%% listening socket would refuse connections that the old port still gets.
config_change(_Changed, _New, _Removed) ->
    ok = tally_rate:configure(),
    tally_history:configure().
