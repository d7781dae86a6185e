#!/usr/bin/env escript
%% -*- erlang -*-
%%! +A 0 -noinput
%% Sends one line to a tally service and prints its answer.
%% usage: ask.escript PORT-FILE WORD...
-mode(compile).
-export([main/1]).

main([PortFile | Words = [_ | _]]) ->
    {ok, Text} = file:read_file(PortFile),
    {ok, Socket} = gen_tcp:connect(
        {127, 0, 0, 1}, binary_to_integer(string:trim(Text)), [binary, {packet, line}, {active, false}], 5000),
    ok = gen_tcp:send(Socket, [lists:join($\s, Words), $\n]),
    {ok, Answer} = gen_tcp:recv(Socket, 0, 5000),
    io:put_chars(Answer);
main(_) ->
    io:put_chars(standard_error, "usage: ask.escript PORT-FILE WORD...\n"),
    halt(64).
