%% OTP 29 and later: records that are a kind of value of their own.
-module(native_records).
-export([origin/0, move/3]).
-export_record([point]).
-record #point{x = 0 :: integer(), y = 0 :: integer()}.
-record #'Größe'{breite, 'Höhe' = 1.5}.

origin() -> #point{}.

move(#point{x = X, y = Y} = Point, Dx, Dy) -> {Point#point{x = X + Dx, y = Y + Dy}, #'Größe'{breite = Dx}}.
