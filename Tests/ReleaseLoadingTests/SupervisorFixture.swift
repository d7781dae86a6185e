/// A supervisor in Erlang, and what must be told of it without running it.
struct SupervisorFixture: Sendable {
    let name: String
    /// What follows the head of the module; macros, helpers and `init/1`.
    let code: String
    /// Arguments to run the real `init/1` with.
    var arguments = ["[]"]
    /// What is not known: `id.key`, and `gap` once for each gap.
    var unknown: [String] = []
    var isStripped = false

    static let all = [
        SupervisorFixture(
            name: "tuples",
            code: """
                init([]) -> {ok, {{one_for_one, 3, 7}, [
                    {a, {m1, start_link, []}, permanent, 5000, worker, [m1]},
                    {"b", {m2, start, [x, 1, <<"bin">>, 2.5]}, transient, infinity, supervisor, dynamic}]}}.
                """),
        SupervisorFixture(
            name: "maps",
            code: """
                init([]) -> {ok, {#{strategy => rest_for_one, period => 9}, [
                    #{id => a, start => {m1, start_link, []}},
                    #{id => {b, 1}, start => {m2, start_link, [#{k => [v]}]}, type => supervisor},
                    #{id => c, start => {m3, start_link, []}, restart => transient, shutdown => brutal_kill,
                      modules => [m3, m4], type => worker}]}}.
                """),
        SupervisorFixture(
            name: "macros and helpers",
            code: """
                -define(CHILD(I, Type), {I, {I, start_link, []}, permanent, 5000, Type, [I]}).
                -define(SERVER, ?MODULE).
                init(_Args) ->
                    Server = child(m2, worker),
                    Flags = flags(one_for_all),
                    {ok, {Flags, [?CHILD(m1, worker), Server, sup(m3, [])]}}.
                flags(S) -> #{strategy => S, intensity => 2 * 3, period => 60}.
                child(Mod, Type) -> #{id => Mod, start => {Mod, start_link, [?SERVER]}, type => Type}.
                sup(Mod, Args) -> (child(Mod, supervisor))#{start := {Mod, start_link, Args}}.
                """),
        SupervisorFixture(
            name: "lists",
            code: """
                init([]) ->
                    Base = [c(N) || N <- [a1, a2, skip, a3], N =/= skip],
                    More = lists:map(fun(N) -> c(N) end, [b1, b2]),
                    Pairs = [#{id => {N, I}, start => {N, start_link, [I]}} || N <- [p, q], I <- [1, 2], I < 2],
                    {ok, {#{}, Base ++ More ++ lists:append([Pairs, [c(d)]]) ++ lists:map(fun c/1, [e])
                        ++ lists:flatten([c(f), [c(g)]])}}.
                c(N) -> #{id => N, start => {N, start_link, []}}.
                """),
        SupervisorFixture(
            name: "alternatives",
            code: """
                init(Mode) ->
                    Extra = case Mode of
                        full -> [c(m2, 1)];
                        half -> [c(m2, 2), c(m3, 3)];
                        _ -> []
                    end,
                    Last = if Mode =:= full -> z; true -> y end,
                    {ok, {#{}, [c(m1, 1) | Extra] ++ [c(Last, 1)]}}.
                c(N, I) -> #{id => N, start => {N, start_link, [I]}}.
                """, arguments: ["full", "half", "none"], unknown: ["m2.start"]),
        SupervisorFixture(
            name: "clauses and ignore",
            code: """
                init(off) -> ignore;
                init({only, [First | _]}) -> {ok, {#{strategy => one_for_one}, [c(First)]}};
                init(on) -> {ok, {#{strategy => one_for_one}, [c(a), c(b)]}}.
                c(N) -> #{id => N, start => {N, start_link, []}}.
                """, arguments: ["off", "on", "{only, [w]}"], unknown: ["gap"]),
        SupervisorFixture(
            name: "the argument of start_link",
            code: """
                start_link() -> supervisor:start_link({local, the_name}, ?MODULE, [top]).
                init([top]) -> {ok, {{one_for_one, 1, 5}, [c(a)]}};
                init([other]) -> {ok, {{one_for_one, 1, 5}, [c(b)]}}.
                c(N) -> {N, {N, start_link, []}, permanent, 1, worker, [N]}.
                """, arguments: ["[top]"]),
        SupervisorFixture(
            name: "unknown arguments",
            code: """
                init([]) ->
                    Port = application:get_env(kernel, no_such_key, 8080),
                    {ok, {#{intensity => 1, period => 5},
                        [#{id => a, start => {m1, start_link, [Port, 1]}, shutdown => Port},
                         #{id => b, start => {m2, start_link, []}}]}}.
                """, unknown: ["a.start", "a.shutdown"]),
        SupervisorFixture(
            name: "an unknown part of the list",
            code: """
                init([]) ->
                    {ok, {#{}, [c(a)] ++ pool(application:get_env(kernel, no_such_key, [p1, p2])) ++ [c(z)]}}.
                pool(Names) -> [c(N) || N <- Names].
                c(N) -> #{id => N, start => {N, start_link, []}}.
                """, unknown: ["gap"]),
        SupervisorFixture(
            name: "an unknown condition in a comprehension",
            code: """
                init([]) ->
                    {ok, {#{}, [c(N) || N <- [a, b], wanted(N)]}}.
                wanted(N) -> N =:= application:get_env(kernel, no_such_key, a).
                c(N) -> #{id => N, start => {N, start_link, []}}.
                """),
        SupervisorFixture(
            name: "children of another module",
            code: "init([]) -> {ok, {#{}, lists:sort([])}}.", unknown: ["gap"]),
        SupervisorFixture(
            name: "variables of clauses",
            code: """
                init(X) ->
                    case X of
                        [] -> N = a, T = 1;
                        _ -> N = a, T = 2
                    end,
                    begin S = {N, start_link, []} end,
                    {ok, {#{}, [#{id := N, start := S, shutdown := T}]} = R} = {ok, r(N, S, T)},
                    {ok, R}.
                r(N, S, T) -> {#{}, [#{id => N, start => S, shutdown => T}]}.
                """, arguments: ["[]", "x"], unknown: ["a.shutdown"]),
        SupervisorFixture(
            name: "stripped literal",
            code: """
                init([]) -> {ok, {#{strategy => one_for_all}, [
                    #{id => a, start => {m1, start_link, []}}, {b, {m2, f, [1]}, transient, 7, worker, [m2]}]}}.
                """, isStripped: true),
        SupervisorFixture(
            name: "stripped literal for any argument",
            code: "init(_) -> {ok, {{one_for_one, 1, 5}, [{b, {m2, f, [1]}, transient, 7, worker, [m2]}]}}.",
            isStripped: true),
        SupervisorFixture(
            name: "stripped with two results",
            code: """
                init(a) -> {ok, {{one_for_one, 1, 5}, [{b, {m2, f, [1]}, transient, 7, worker, [m2]}]}};
                init(_) -> {ok, {{one_for_one, 1, 5}, []}}.
                """, arguments: ["a", "[]"], isStripped: true),
        SupervisorFixture(
            name: "stripped and built",
            code: """
                start_link() -> supervisor:start_link({local, the_name}, ?MODULE, [top]).
                init([top]) ->
                    Port = application:get_env(kernel, no_such_key, 8080),
                    More = case Port of 1 -> [c(m3)]; _ -> [] end,
                    {ok, {#{}, [c(m1), (c(m2))#{shutdown => Port} | More]}};
                init(_) -> {ok, {#{}, [c(N) || N <- [a, b]]}}.
                c(N) -> #{id => N, start => {N, start_link, []}}.
                """, arguments: ["[top]"], unknown: ["m2.shutdown"], isStripped: true),
        SupervisorFixture(
            name: "stripped with a comprehension",
            code: """
                init([]) -> {ok, {#{}, [#{id => N, start => {m1, start_link, []}} || N <- [a, b]]}}.
                """, unknown: ["gap"], isStripped: true),
        SupervisorFixture(
            name: "stripped with a call",
            code: """
                init([]) -> {ok, {#{}, [#{id => self(), start => {m1, start_link, []}}]}}.
                """, unknown: ["gap"], isStripped: true),
    ]
}
