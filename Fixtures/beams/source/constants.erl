%% Literals of every kind that a literal can have, large enough to be worth compressing.
-module(constants).
-export([all/0, table/0, deep/0]).

all() ->
    [0, 255, 256, -1, 16#7fffffff, -16#80000000, 16#80000000, 1 bsl 59, 1 bsl 64, -(1 bsl 200), 1 bsl 2048,
     0.0, 1.5, -2.25e100, 3.0e-300, 'an atom', "text", "naïve ☕", <<"bytes">>, <<5:3>>, <<>>, [], {}, #{},
     [a | b], {1, {2, {3, {}}}}, [1, 2 | 300], fun lists:map/2,
     #{1 => one, 1.0 => float, atom => #{<<"nested">> => [#{}]}, {t} => "string"}].

table() ->
    #{1 => "one", 2 => "two", 3 => "three", 4 => "four", 5 => "five", 6 => "six", 7 => "seven", 8 => "eight",
      9 => "nine", 10 => "ten", 11 => "eleven", 12 => "twelve", 13 => "thirteen", 14 => "fourteen", 15 => "fifteen",
      16 => "sixteen", 17 => "seventeen", 18 => "eighteen", 19 => "nineteen", 20 => "twenty", 21 => "twenty-one",
      22 => "twenty-two", 23 => "twenty-three", 24 => "twenty-four", 25 => "twenty-five", 26 => "twenty-six",
      27 => "twenty-seven", 28 => "twenty-eight", 29 => "twenty-nine", 30 => "thirty", 31 => "thirty-one",
      32 => "thirty-two", 33 => "thirty-three", 34 => "thirty-four"}.

deep() -> [[[[[[[[[[{[[[[[[[[[[{x}]]]]]]]]]]}]]]]]]]]]].
