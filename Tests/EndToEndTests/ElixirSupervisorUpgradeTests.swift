import SystemPackage
import TestSupport
import Testing

/// Children of Elixir's supervisors that come, go and change, with generated appups and OTP's own `release_handler`.
@Suite(.enabled(if: Elixir.isInstalled), .timeLimit(.minutes(5)))
struct ElixirSupervisorUpgradeTests {
    private static func stall(_ children: String, _ workers: [String], step: Int) -> String {
        """
        defmodule Stall.Application do
          use Application
          def start(_, _), do: Stall.Supervisor.start_link([])
        end
        defmodule Stall.Supervisor do
          use Supervisor
          def start_link(arg), do: Supervisor.start_link(__MODULE__, arg, name: __MODULE__)
          def init(_), do: Supervisor.init([\(children)], strategy: :one_for_one, max_restarts: 0)
        end
        """
            + workers.map { name in
                """

                defmodule \(name) do
                  use GenServer
                  def start_link(name), do: GenServer.start_link(__MODULE__, 0, name: name)
                  def init(count), do: {:ok, count}
                  def handle_call(_, _, count), do: {:reply, count + \(step), count + \(step)}
                end
                """
            }.joined()
    }

    @Test func childrenComeAndGo() async throws {
        try await withTemporaryFolder { folder in
            let project = RoleUpgradeTests.Project(
                application: "stall", callback: "'Elixir.Stall.Application'",
                versions: [
                    (
                        "1",
                        [
                            (
                                "stall.ex",
                                Self.stall(
                                    "{Stall.Keeper, :keeper}, {Stall.Old, :old}", ["Stall.Keeper", "Stall.Old"], step: 1
                                )
                            )
                        ]
                    ),
                    (
                        "2",
                        [
                            (
                                "stall.ex",
                                Self.stall(
                                    "{Stall.Keeper, :keeper}, {Stall.New, :new}, "
                                        + "Supervisor.child_spec({Stall.New, :second}, id: :second)",
                                    ["Stall.Keeper", "Stall.New"], step: 10)
                            )
                        ]
                    ),
                ])
            try await project.write(in: folder)
            let (generated, states) = try await project.upgrade(
                in: folder, start: "{ok, _} = application:ensure_all_started(elixir)",
                report: """
                    {lists:sort([{Id, is_pid(P)} || {Id, P, _, _} <- supervisor:which_children('Elixir.Stall.Supervisor')]),
                     gen_server:call(keeper, it), [N || N <- [old, new, second], whereis(N) =/= undefined]}
                    """, flags: ["-pa", "/usr/lib/elixir/lib/elixir/ebin"])
            #expect(!generated.errors.contains("appup/"), "\(generated.errors)")
            let one = "[{'Elixir.Stall.Keeper',true},{'Elixir.Stall.Old',true}]"
            let two = "[{'Elixir.Stall.Keeper',true},{'Elixir.Stall.New',true},{second,true}]"
            #expect(
                states.map { $0.replacing(" ", with: "") } == [
                    "{\(one),1,[old]}", "{\(two),11,[new,second]}", "{\(one),12,[old]}",
                ], "\(generated.output)")
        }
    }

    /// The instructions that the finding shows, put into the appup by hand, do what they say.
    @Test func childrenOfStartComeAndGoWithTheInstructionsShown() async throws {
        func stall(_ children: String) -> String {
            """
            defmodule Booth.Application do
              use Application
              def start(_, _), do: Supervisor.start_link([\(children)], strategy: :one_for_one, name: Booth.Top)
            end
            defmodule Booth.Keeper do
              use GenServer
              def start_link(name), do: GenServer.start_link(__MODULE__, 0, name: name)
              def init(count), do: {:ok, count}
            end
            """
        }
        try await withTemporaryFolder { folder in
            let project = RoleUpgradeTests.Project(
                application: "booth", callback: "'Elixir.Booth.Application'",
                versions: [
                    ("1", [("booth.ex", stall("{Booth.Keeper, :old}"))]),
                    (
                        "2",
                        [
                            (
                                "booth.ex",
                                stall("Supervisor.child_spec({Booth.Keeper, :new}, id: :new, restart: :transient)")
                            )
                        ]
                    ),
                ])
            try await project.write(in: folder)
            let generated = try await Program.run(["appup", "booth-1.rel", "booth-2.rel", "--lib", "lib"], in: folder)
            #expect(generated.status == 0 && generated.errors.contains("[appup/children-of-start-changed]"))
            let shown = generated.errors.split(separator: "\n").map { $0.drop { $0 != "{" } }
                .filter { $0.hasPrefix("{apply,") }.joined(separator: ",")
            let output = try await OTP.evaluate(
                """
                [Shown] = init:get_plain_arguments(),
                {ok, Tokens, _} = erl_scan:string("[" ++ Shown ++ "]."), {ok, Calls} = erl_parse:parse_term(Tokens),
                true = code:add_patha("lib/booth-2/ebin"),
                logger:set_primary_config(level, none),
                {ok, _} = application:ensure_all_started(elixir),
                {ok, _} = 'Elixir.Supervisor':start_link([{'Elixir.Booth.Keeper', old}],
                    [{strategy, one_for_one}, {name, 'Elixir.Booth.Top'}]),
                [erlang:apply(M, F, A) || {apply, {M, F, A}} <- Calls],
                io:format("~0p ~0p", [[Id || {Id, _, _, _} <- supervisor:which_children('Elixir.Booth.Top')],
                    [N || N <- [old, new], whereis(N) =/= undefined]])
                """, arguments: [shown], flags: ["-pa", "/usr/lib/elixir/lib/elixir/ebin"], workingDirectory: folder)
            #expect(String(decoding: output, as: UTF8.self) == "[new] [new]", "\(generated.errors)")
        }
    }
}
