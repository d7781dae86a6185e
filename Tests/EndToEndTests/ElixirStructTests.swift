import SystemPackage
import TestSupport
import Testing

/// Structs of Elixir that other modules have in their code without calling the module that defines them.
@Suite(.enabled(if: Elixir.isInstalled), .timeLimit(.minutes(5)))
struct ElixirStructTests {
    private static func code(_ field: String, _ step: Int) -> String {
        """
        defmodule Till.Application do
          use Application
          def start(_, _), do: Supervisor.start_link([], strategy: :one_for_one)
        end
        defmodule Till.Coin do
          defstruct [\(field), value: 1]
        end
        defmodule Till.Other do
          defstruct [:it]
        end
        defmodule Till.Makes do
          def new, do: %Till.Coin{value: \(step)}
        end
        defmodule Till.Matches do
          def value(%Till.Coin{value: value}, x), do: value + x + \(step)
        end
        defmodule Till.MatchesOther do
          def it(%Till.Other{it: it}), do: {it, \(step)}
        end
        defmodule Till.Plain do
          def f(x), do: {x, Till.Coin, \(step)}
        end
        """
    }

    @Test func whoHasAChangedStructInTheCodeIsExchangedWithIt() async throws {
        try await withTemporaryFolder { folder in
            let project = RoleUpgradeTests.Project(
                application: "till", callback: "'Elixir.Till.Application'",
                versions: [
                    ("1", [("till.ex", Self.code(":a", 1))]), ("2", [("till.ex", Self.code(":a, :b", 2))]),
                ])
            try await project.write(in: folder)
            let run = try await Program.run(["appup", "till-1.rel", "till-2.rel", "--lib", "lib"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n").map { $0.drop { $0 == " " } }
            for name in ["Makes", "Matches"] {
                #expect(
                    lines.count { $0 == "{load_module,'Elixir.Till.\(name)',['Elixir.Till.Coin']}" } == 2,
                    "\(name)\n\(run.output)")
            }
            for name in ["MatchesOther", "Plain", "Coin"] {
                #expect(lines.count { $0 == "{load_module,'Elixir.Till.\(name)'}" } == 2, "\(name)\n\(run.output)")
            }
            #expect(run.output.contains("whose struct it makes or takes apart and which changed"), "\(run.output)")
        }
    }
}
