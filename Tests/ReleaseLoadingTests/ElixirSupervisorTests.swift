import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// What is told of Elixir's supervisors from their compiled code, against what they say when they run.
@Suite(.enabled(if: Elixir.isInstalled)) struct ElixirSupervisorTests {
    private static let source = """
        defmodule Stall.Supervisor do
          use Supervisor
          def start_link(arg), do: Supervisor.start_link(__MODULE__, arg, name: __MODULE__)
          def init(arg) do
            children = [
              {Stall.Worker, 7},
              Stall.Cache,
              Supervisor.child_spec({Stall.Worker, [1]}, id: :second, restart: :temporary),
              %{id: :third, start: {Stall.Worker, :start_link, [arg]}, shutdown: 100},
              {Registry, keys: :unique, name: Stall.Registry},
              {DynamicSupervisor, name: Stall.Guests, strategy: :one_for_one},
              {Task.Supervisor, name: Stall.Tasks},
              {Task, &Stall.Worker.once/0},
              Stall.Handmade.child_spec(:it),
              Stall.Inner
            ]
            Supervisor.init(children, strategy: :rest_for_one, max_restarts: 7)
          end
        end
        defmodule Stall.Branches do
          use Supervisor
          def start_link(_), do: Supervisor.start_link(__MODULE__, [], name: {:global, :stall})
          def init(_) do
            extra = if Application.get_env(:stall, :more), do: [{Stall.Worker, 1}], else: []
            Supervisor.init([Stall.Cache] ++ extra, strategy: :one_for_one)
          end
        end
        defmodule Stall.Strange do
          use Supervisor
          def start_link(opts), do: Supervisor.start_link(__MODULE__, opts, opts)
          def init(opts) do
            Supervisor.init(Enum.map(opts, &{Stall.Worker, &1}) ++ [{Stall.Named, opts}], strategy: :one_for_one)
          end
        end
        defmodule Stall.Foreign do
          use Supervisor
          def start_link(_), do: Supervisor.start_link(__MODULE__, [])
          def init(_), do: Supervisor.init([{Elsewhere.Pool, 3}, Stall.Cache], strategy: :one_for_one)
        end
        defmodule Stall.Inner do
          use Supervisor, restart: :transient
          def start_link(arg), do: Supervisor.start_link(__MODULE__, arg)
          def init(_), do: Supervisor.init([], strategy: :one_for_one)
        end
        defmodule Stall.Guests do
          use DynamicSupervisor
          def start_link(arg), do: DynamicSupervisor.start_link(__MODULE__, arg)
          def init(_), do: DynamicSupervisor.init(strategy: :one_for_one)
        end
        defmodule Stall.Worker do
          use GenServer, restart: :transient, shutdown: 10_000
          def start_link(arg), do: GenServer.start_link(__MODULE__, arg)
          def init(arg), do: {:ok, arg}
          def once(), do: :ok
        end
        defmodule Stall.Cache do
          use Agent
          def start_link(_), do: Agent.start_link(fn -> 1 end)
        end
        defmodule Stall.Named do
          def child_spec(opts), do: %{id: opts[:name], start: {__MODULE__, :start_link, [opts]}}
        end
        defmodule Stall.Handmade do
          def child_spec(arg), do: %{id: :handmade, start: {__MODULE__, :run, [arg]}, type: :supervisor}
        end
        defmodule Stall.Application do
          use Application
          def start(_, _) do
            children = [Stall.Supervisor, {Stall.Worker, 3}]
            Supervisor.start_link(children, strategy: :one_for_one, name: Stall.Top)
          end
        end
        defmodule Stall.Plain do
          use Application
          def start(_, _), do: Stall.Supervisor.start_link(:plain)
        end
        """

    /// The supervisors by the last part of their names, with the children that other modules specify filled in.
    private func read(_ body: ([String: SupervisorChildren], FilePath) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let source = folder.appending("stall.ex")
            try File.write(Array(Self.source.utf8), to: source)
            let run = try await Elixir.compile(source, into: folder)
            #expect(run.status == 0, "\(run.errors)")
            var modules: [ModuleName: ModuleFacts] = [:]
            for file in try await Program.run("ls", [folder.string]).output.split(separator: "\n")
            where file.hasSuffix(".beam") {
                let path = folder.appending(String(file))
                let facts = try ModuleFacts(beam: try File.read(path), path: path.string, withCode: true)
                modules[facts.name] = facts
            }
            let application = Application(
                specification: ApplicationSpecification(
                    name: try #require(ApplicationName(validating: "stall")),
                    version: try #require(ApplicationVersion(validating: "1")), modules: modules.keys.sorted()),
                directory: folder.string, modules: modules
            ).withChildrenFilled
            var read: [String: SupervisorChildren] = [:]
            for (name, facts) in application.modules {
                read[String(name.name.split(separator: ".").last ?? "")] = facts.supervisor
            }
            try await body(read, folder)
        }
    }

    @Test func childrenAreThoseOfTheRunningSupervisor() async throws {
        try await self.read { read, folder in
            let output = try await OTP.evaluate(
                """
                {ok, {Flags, Children}} = 'Elixir.Stall.Supervisor':init(x),
                io:format("~0p~n", [[maps:get(K, Flags) || K <- [strategy, intensity, period]]]),
                [begin
                    Type = maps:get(type, C, worker),
                    Shutdown = case Type of supervisor -> infinity; worker -> 5000 end,
                    {M, F, A} = Start,
                    io:format("~0p~n", [{Id, M, F, length(A), maps:get(restart, C, permanent),
                        maps:get(shutdown, C, Shutdown), Type}])
                 end || #{id := Id, start := Start} = C <- Children]
                """, flags: ["-pa", "/usr/lib/elixir/lib/elixir/ebin", folder.string], workingDirectory: folder)
            let supervisor = try #require(read["Supervisor"])
            #expect(supervisor.gaps == [] && supervisor.foreign == [], "\(supervisor)")
            #expect(supervisor.registeredName == .known(.atom("Elixir.Stall.Supervisor")))
            let flags = [supervisor.strategy, supervisor.intensity, supervisor.period].compactMap(\.term)
            var lines = [TermPrinter.line(.list(flags))]
            for child in supervisor.children {
                let arguments = child.start.arguments.term?.listElements?.count ?? 1
                let parts = [
                    child.id, child.start.module.term, child.start.function.term, .integer(arguments),
                    child.restart.term, child.shutdown.term, child.type.term,
                ]
                lines.append(TermPrinter.line(.tuple(parts.compactMap(\.self))))
            }
            #expect(lines == String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
            #expect(supervisor.children.first?.start.arguments == .known(.list([.integer(7)])))
            #expect(supervisor.child(.atom("third"))?.start.arguments.term == nil)
        }
    }

    @Test func whatIsNotKnownIsSaid() async throws {
        try await self.read { read, _ in
            let branches = try #require(read["Branches"])
            #expect(branches.gaps == [])
            #expect(branches.children.map(\.isConditional) == [false, true])
            #expect(branches.registeredName.term == .tuple([.atom("global"), .atom("stall")]))
            let strange = try #require(read["Strange"])
            #expect(strange.gaps.count == 2 && strange.children == [], "\(strange)")
            #expect(strange.gaps.contains { $0.contains("Elixir.Stall.Named:child_spec/1") })
            #expect(strange.registeredName.term == nil)
            let foreign = try #require(read["Foreign"])
            #expect(foreign.foreign == ["Elixir.Elsewhere.Pool"] && foreign.gaps == [])
            #expect(foreign.children.map(\.id) == [.atom("Elixir.Stall.Cache")] && !foreign.isComplete)
            #expect(read["Guests"]?.isSimpleOneForOne == true && read["Guests"]?.isComplete == true)
        }
    }

    @Test func childrenOfStartAreThoseOfTheApplication() async throws {
        try await self.read { read, _ in
            let start = try #require(read["Application"])
            #expect(start.isOfStart && start.isComplete)
            #expect(start.registeredName == .known(.atom("Elixir.Stall.Top")))
            #expect(start.children.map(\.id) == [.atom("Elixir.Stall.Supervisor"), .atom("Elixir.Stall.Worker")])
            #expect(start.children.map(\.restart) == [.known(.atom("permanent")), .known(.atom("transient"))])
            #expect(read["Plain"] == nil)
        }
    }
}
