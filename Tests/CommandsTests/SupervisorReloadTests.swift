import SystemPackage
import TestSupport
import Testing

/// Supervisors whose `init/1` need not run again are loaded; all others are updated.
@Suite(.enabled(if: OTP.isInstalled)) struct SupervisorReloadTests {
    /// A supervisor in two versions.
    struct Case: Sendable {
        let name: String
        let old: String
        let new: String
        let isLoaded: Bool
    }

    private static let constant =
        "init([]) -> {ok, {#{}, [c(a)]}}.\nc(N) -> #{id => N, start => {N, start_link, []}}.\n"

    static let cases = [
        Case(name: "another function", old: constant, new: constant + "extra() -> 2.", isLoaded: true),
        Case(
            name: "another function, beside a table", old: "init([]) -> ets:new(t, [named_table]), {ok, {#{}, []}}.",
            new: "init([]) -> ets:new(t, [named_table]), {ok, {#{}, []}}.\nextra() -> 2.", isLoaded: true),
        Case(
            name: "another child", old: constant, new: constant.replacing("c(a)", with: "c(b)"), isLoaded: false),
        Case(
            name: "other code for the same children", old: constant,
            new: constant.replacing("[c(a)]", with: "lists:reverse([c(a)])"), isLoaded: false),
        Case(
            name: "a helper that does something else besides", old: constant + "h() -> 1.",
            new: constant.replacing("c(N) -> ", with: "c(N) -> put(k, v), "), isLoaded: false),
        Case(
            name: "an argument that is not known",
            old: "init(A) -> {ok, {#{}, [#{id => a, start => {a, start_link, [A]}}]}}.",
            new: "init(A) -> {ok, {#{}, [#{id => a, start => {a, start_link, [A]}}]}}.\nextra() -> 2.", isLoaded: false),
        Case(
            name: "a module of the application", old: "init([]) -> m0:extra(), {ok, {#{}, []}}.",
            new: "init([]) -> m0:extra(), {ok, {#{}, []}}.\nmore() -> 2.", isLoaded: false),
        Case(
            name: "a function that is not known", old: "init([]) -> apply(get(m), f, []), {ok, {#{}, []}}.",
            new: "init([]) -> apply(get(m), f, []), {ok, {#{}, []}}.\nmore() -> 2.", isLoaded: false),
        Case(
            name: "a fun", old: "init([]) -> F = fun() -> get(m) end, F(), put(f, F), {ok, {#{}, []}}.",
            new: "init([]) -> F = fun() -> get(m) end, F(), put(f, F), {ok, {#{}, []}}.\nmore() -> 2.", isLoaded: false),
    ]

    @Test(arguments: [true, false]) func onlyWhatMayReturnOrDoAnotherThingRunsAgain(isStripped: Bool) async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            for (version, code) in [("1", \Case.old), ("2", \Case.new)] {
                var modules: [String: String] = [:]
                for (number, one) in Self.cases.enumerated() {
                    let options = isStripped ? "" : "-compile(debug_info).\n"
                    modules["m\(number)"] = "-behaviour(supervisor).\n" + options + one[keyPath: code]
                }
                try await world.application(version, modules)
            }
            let run = try await world.relift("appup", "old.rel", "new.rel")
            #expect(run.status == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n").map { $0.drop { $0 == " " } }
            for (number, one) in Self.cases.enumerated() {
                let line = one.isLoaded ? "{load_module,m\(number)}" : "{update,m\(number),supervisor}"
                #expect(lines.count { $0 == line } == 2, "\(one.name)\n\(run.output)")
            }
            #expect(run.output.contains("`extra/0` is new in 2; supervisor whose `init/1` does and returns the same"))
            #expect(!run.errors.contains("appup/init-not-repeatable"), "\(run.errors)")
        }
    }
}
