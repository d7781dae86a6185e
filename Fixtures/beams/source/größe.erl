%% A module whose name and functions are not ASCII.
-module('größe').
-export(['länge'/1, '変換'/1, '🙂'/0]).

'länge'(List) -> length(List).

'変換'('値') -> 'ok_値';
'変換'(Other) -> {'ошибка', Other}.

'🙂'() -> '', 'A b', 'a\nb'.
