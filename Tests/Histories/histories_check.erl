%% Asks `relift check` about a pair, with the appup that relift generated and with what people wrote.
-module(histories_check).
-export([both/5]).

%% #{generated => Found, people => Found}, Found being `{Severity, Id}` of each finding; `people` only where their appup has
%% an entry for the pair. All that relift said is in Here/check.KIND.json. The generated appup lies beside the application.
both(#{relift := Relift, name := Name}, Here, OldVersion, NewVersion, Folder) ->
    File = filename:join([Here, "lib", atom_to_list(Name) ++ "-" ++ NewVersion, "ebin", atom_to_list(Name) ++ ".appup"]),
    Generated = #{generated => check(Relift, Here, "generated")},
    Hand = filename:join(Folder, "hand.appup"),
    case covers(histories_appup:read(Hand), OldVersion) of
        true ->
            {ok, Kept} = file:read_file(File),
            {ok, _} = file:copy(Hand, File),
            Found = check(Relift, Here, "people"),
            ok = file:write_file(File, Kept),
            Generated#{people => Found};
        false -> Generated
    end.

covers(none, _) -> false;
covers({_, Up, Down}, Version) ->
    lists:any(fun(Entries) -> is_tuple(histories_appup:entry(Version, Entries)) end, [Up, Down]).

check(Relift, Here, Kind) ->
    {Status, Output} = histories_releases:output(Relift, ["check", filename:join(Here, "old.rel"),
        filename:join(Here, "new.rel"), "--lib", filename:join(Here, "lib"), "--format", "json"]),
    ok = file:write_file(filename:join(Here, "check." ++ Kind ++ ".json"), Output),
    #{<<"findings">> := Findings} = histories_json:decode(Output),
    Found = [{Severity, Id} || #{<<"severity">> := Severity, <<"id">> := Id} <- Findings],
    % The status is 1 if and only if there is an error.
    Status = case lists:keymember(<<"error">>, 1, Found) of true -> 1; false -> 0 end,
    Found.
