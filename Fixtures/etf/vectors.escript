#!/usr/bin/env escript
%% -*- erlang; coding: utf-8 -*-
%% vectors.escript TARGET: writes term_to_binary of a list of {Name, Text, Bytes}, in which Bytes is how this OTP
%% encodes a term and Text how it prints it ("" where no text reads back as the same term).
-mode(compile).

main([Target]) ->
    Vectors = [{Name, text(Name, Term), iolist_to_binary(term_to_binary(Term))} || {Name, Term} <- terms()] ++
        [{Name, text(Name, Term), term_to_binary(Term, Options)} || {Name, Term, Options} <- optional()],
    ok = file:write_file(Target, term_to_binary(Vectors)).

text(Name, Term) ->
    case lists:member(Name, [pid, port, reference, closure, native_record]) of
        true -> <<>>;
        false -> unicode:characters_to_binary(io_lib:format("~tp", [Term]))
    end.

terms() ->
    X = lists:seq(1, 3),
    [{small_atom, atom}, {empty_atom, ''}, {latin1_atom, 'größe'}, {unicode_atom, '変換 🙂'},
     {longest_ascii_atom, list_to_atom(lists:duplicate(255, $a))},
     {longest_latin1_atom, list_to_atom(lists:duplicate(255, $é))},
     {longest_unicode_atom, list_to_atom(lists:duplicate(255, 16#1f642))},
     {integers, [0, 1, 255, 256, -1, -256, 1 bsl 27, 16#7fffffff, 16#80000000, -16#80000000, -16#80000001]},
     {big_integers, [1 bsl N + D || N <- [59, 63, 64, 65, 127, 2039, 2040, 2041, 4100], D <- [-1, 0, 1]]},
     {negative_big_integers, [-(1 bsl N + D) || N <- [59, 63, 64, 65, 127, 2039, 2040, 2041, 4100], D <- [-1, 0, 1]]},
     {floats, [0.0, 1.0, -1.5, 3.141592653589793, 1.0e308, 5.0e-324, -2.5e-10]},
     {tuples, {{}, {a}, {a, {b, {c}}}}},
     {tuple_255, list_to_tuple(lists:seq(1, 255))}, {tuple_256, list_to_tuple(lists:seq(1, 256))},
     {lists, [[], [a], [[]], [[[1], 2], 300]]}, {improper_lists, [[a | b], [1, 2 | 3], [[] | {}]]},
     {string, "text"}, {unicode_string, "naïve ☕"},
     {binaries, [<<>>, <<"bytes">>, <<0, 255>>]}, {bit_strings, [<<1:1>>, <<5:3>>, <<255, 127:7>>]},
     {small_map, #{b => 1, a => 2, 1 => 3, "k" => #{}, {t} => []}}, {empty_map, #{}},
     {map_32, maps:from_list([{N, N * N} || N <- lists:seq(1, 32)])},
     {map_33, maps:from_list([{N, N * N} || N <- lists:seq(1, 33)])},
     {map_of_floats, #{1 => integer, 1.0 => float, -1 => a, -1.0 => b}},
     {pid, self()}, {port, hd(erlang:ports())}, {reference, make_ref()}, {export, fun lists:map/2},
     {closure, fun(Y) -> [Y | X] end}] ++ native_record().

optional() ->
    Long = lists:flatten([lists:seq(1, 300), [{N, "some text"} || N <- lists:seq(1, 50)]]),
    [{compressed, Long, [compressed]}, {compressed_9, Long, [{compressed, 9}]}, {compressed_0, Long, [{compressed, 0}]},
     {minor_version_0, [1.5, atom, 'größe'], [{minor_version, 0}]},
     {minor_version_1, [1.5, atom, 'größe', '変換'], [{minor_version, 1}]},
     {minor_version_2, [1.5, atom, 'größe', '変換'], [{minor_version, 2}]}].

%% Made from bytes, so that older compilers can read this file.
native_record() ->
    case list_to_integer(erlang:system_info(otp_release)) >= 29 of
        true ->
            Bytes = <<131, 67, 2:32, 1, 119, 1, "m", 119, 5, "point", 119, 1, "y", 119, 1, "x", 97, 1, 104, 0>>,
            [{native_record, binary_to_term(Bytes)}];
        false -> []
    end.
