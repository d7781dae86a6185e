%% Reads the JSON that relift writes: OTP 25 has nothing that does.
-module(histories_json).
-export([decode/1]).

%% Objects are maps with binary keys, strings binaries, numbers integers or floats; an error if it is no JSON.
decode(Bytes) ->
    {Value, Rest} = value(skip(Bytes)),
    <<>> = skip(Rest),
    Value.

value(<<"{", Rest/binary>>) -> object(skip(Rest), #{});
value(<<"[", Rest/binary>>) -> array(skip(Rest), []);
value(<<"\"", Rest/binary>>) -> string(Rest, []);
value(<<"true", Rest/binary>>) -> {true, Rest};
value(<<"false", Rest/binary>>) -> {false, Rest};
value(<<"null", Rest/binary>>) -> {null, Rest};
value(Bytes) ->
    {match, [{0, Length}]} = re:run(Bytes, "^-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?", [{capture, first}]),
    <<Number:Length/binary, Rest/binary>> = Bytes,
    {try binary_to_integer(Number) catch error:badarg -> binary_to_float(Number) end, Rest}.

object(<<"}", Rest/binary>>, Members) -> {Members, Rest};
object(<<",", Rest/binary>>, Members) -> object(skip(Rest), Members);
object(<<"\"", Bytes/binary>>, Members) ->
    {Key, AfterKey} = string(Bytes, []),
    <<":", AfterColon/binary>> = skip(AfterKey),
    {Value, Rest} = value(skip(AfterColon)),
    object(skip(Rest), Members#{Key => Value}).

array(<<"]", Rest/binary>>, Items) -> {lists:reverse(Items), Rest};
array(<<",", Rest/binary>>, Items) -> array(skip(Rest), Items);
array(Bytes, Items) ->
    {Item, Rest} = value(Bytes),
    array(skip(Rest), [Item | Items]).

string(Bytes, Parts) ->
    {Position, 1} = binary:match(Bytes, [<<"\"">>, <<"\\">>]),
    case Bytes of
        <<Plain:Position/binary, "\"", Rest/binary>> -> {iolist_to_binary(lists:reverse(Parts, Plain)), Rest};
        <<Plain:Position/binary, "\\u", Digits:4/binary, Rest/binary>> ->
            string(Rest, [<<(binary_to_integer(Digits, 16))/utf8>>, Plain | Parts]);
        <<Plain:Position/binary, "\\", Escaped, Rest/binary>> -> string(Rest, [escaped(Escaped), Plain | Parts])
    end.

escaped($n) -> $\n;
escaped($t) -> $\t;
escaped($r) -> $\r;
escaped($b) -> $\b;
escaped($f) -> $\f;
escaped(Character) -> Character.

skip(<<Space, Rest/binary>>) when Space =:= $\s; Space =:= $\n; Space =:= $\t; Space =:= $\r -> skip(Rest);
skip(Bytes) -> Bytes.
