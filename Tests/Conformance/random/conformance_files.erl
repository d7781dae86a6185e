%% Files that systools writes, in a form that can be compared.
-module(conformance_files).
-export([read/2]).

%% {script, Term}, {boot, Bytes}, {relup, Term}, {tar, Members} or {other, Bytes}. `Free` are the names of folders of
%% applications in which the order of an archive is that of the directory: it is made alphabetical.
read(Path, Free) ->
    {ok, Bytes} = file:read_file(Path),
    read(filename:basename(Path), Bytes, Free).

read(Name, Bytes, Free) ->
    case {Name, filename:extension(Name)} of
        {"relup", _} -> {relup, term(Bytes), Bytes};
        {_, ".script"} -> {script, term(Bytes), Bytes};
        {_, ".boot"} -> {boot, Bytes};
        {_, ".gz"} -> archive(Bytes, Free);
        _ -> {other, Bytes}
    end.

term(Bytes) ->
    case unicode:characters_to_list(Bytes) of
        Text when is_list(Text) ->
            case erl_scan:string(Text) of
                {ok, Tokens, _} -> erl_parse:parse_term(Tokens);
                Error -> Error
            end;
        Error -> Error
    end.

%% Members: {Name, Type, Permissions, Contents}; of the permissions the owner's right to execute counts, all others
%% are the packer's choice.
archive(Bytes, Free) ->
    case {erl_tar:table({binary, Bytes}, [compressed, verbose]), erl_tar:extract({binary, Bytes}, [compressed, memory])} of
        {{ok, Entries}, {ok, Contents}} -> {tar, order(members(Entries, Contents, Free), Free)};
        {Error, _} -> {tar, Error}
    end.

members([{Name, regular, _, _, Mode, _, _} | Entries], [{Name, Bytes} | Contents], Free) ->
    Content = case filename:extension(Name) of
        ".gz" -> read(Name, Bytes, Free);
        _ -> Bytes
    end,
    [{Name, regular, Mode band 8#100 =/= 0, Content} | members(Entries, Contents, Free)];
members([{Name, directory, _, _, _, _, _} | Entries], [{Name, _} | Contents], Free) ->
    [{Name, directory, true, none} | members(Entries, Contents, Free)];
members([{Name, Type, _, _, _, _, _} | Entries], Contents, Free) ->
    [{Name, Type, true, none} | members(Entries, Contents, Free)];
members([], Rest, _) -> [{rest, Rest} || Rest =/= []].

order([Member | _] = Members, Free) ->
    Group = group(Member, Free),
    {Same, Rest} = lists:splitwith(fun(Other) -> group(Other, Free) =:= Group end, Members),
    case Group of
        fixed -> Same;
        %% One that is packed twice, because an option names a folder that is packed anyhow, counts once.
        _ -> lists:usort(Same)
    end ++ order(Rest, Free);
order([], _) -> [].

%% The folder whose order is that of the directory, or `fixed`.
group({Name, _, _, _}, Free) ->
    case filename:split(Name) of
        ["lib", App, Folder | _] ->
            case lists:member(Folder, Free) of
                true -> {App, Folder};
                false -> fixed
            end;
        %% Below the root of an archive of a variable.
        [App, Folder | _] when Folder =:= "priv" -> {App, Folder};
        ["erts-" ++ _, "bin" | _] -> erts;
        ["etc" | _] -> extra;
        _ -> fixed
    end;
group(_, _) -> fixed.
