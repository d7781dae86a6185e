import CompatibilityRules
import Diagnostics
import ReleaseModel
import TestSupport
import Testing

/// What really happened to people, rebuilt in small: relift gives the answer that would have spared them it. What each
/// was, and which are held by other tests, is in `Tests/Histories/INCIDENTS.md`.
@Suite(.enabled(if: OTP.isInstalled)) struct IncidentTests {
    struct Incident: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let example: Explanation.Example
        let status: Int
        /// What must stand in the output.
        let lines: [String]
        var absent: [String] = []
    }

    @Test(arguments: incidents)
    func theAnswerIsTheExpectedOne(incident: Incident) async throws {
        try await withTemporaryFolder { folder in
            for (name, version) in Explanation.File.leftOut {
                try await ExplanationTests.write(.application(name, version), in: folder)
            }
            for file in incident.example.files { try await ExplanationTests.write(file, in: folder) }
            for command in incident.example.commands.dropLast() {
                #expect(try await ExplanationTests.run(command, in: folder).status == 0, "\(command)")
            }
            let run = try await ExplanationTests.run(incident.example.commands.last ?? "", in: folder)
            let text = run.output + run.errors
            #expect(run.status == incident.status, "\(text)")
            for line in incident.lines { #expect(text.contains(line), "\(line)\n\(text)") }
            for line in incident.absent { #expect(!text.contains(line), "\(line)\n\(text)") }
        }
    }

    static let incidents =
        [
            // A catalogue entry with instructions that the engine does not know and a module that the target has not.
            Incident(
                testDescription: "emqx#19050",
                example: .hop([
                    .source("shop", "1", "shop", price("1")), .source("shop", "2", "shop", price("2")),
                    .appup(
                        "shop", "2",
                        #"{"2", [{"1",[{load_module,shop},{restart_app,shop},{load_module,shop_price}]}], []}."#),
                ]), status: 1,
                lines: [
                    "`restart_app` is not an instruction of an appup",
                    "there is no module `shop_price` in either version",
                    "not-upgradeable",
                ]),
            // Clients wait in code of a module on the hot path, and the deferred purge ends them with the commit.
            Incident(
                testDescription: "supavisor#1001",
                example: .hop([
                    .source("shop", "1", "shop", client("1")), .source("shop", "2", "shop", client("2")),
                    .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
                ]), status: 0,
                lines: [
                    "warning: the upgrade kills processes of `shop` that wait in a call of `gen_tcp:recv/2`, once the release "
                        + "is made permanent [purge/kills-at-commit]", "soft_purge",
                ]),
            // A supervisor's `init/1` runs again and makes its table a second time.
            Incident(
                testDescription: "ranch#168",
                example: .hop([
                    .source("shop", "1", "shop_sup", supervisor("1")),
                    .source("shop", "2", "shop_sup", supervisor("2")),
                    .appup(
                        "shop", "2",
                        #"{"2", [{"1",[{update,shop_sup,supervisor}]}], [{"1",[{update,shop_sup,supervisor}]}]}."#),
                ]), status: 0,
                lines: [
                    "warning: `init/1` of `shop_sup` runs again, and in 2 it calls `ets:new/2`", "shop_sup:init/1",
                    "lib/shop-2/src/shop_sup.erl:4",
                ]),
            // Nine modules of the older release are stripped, and the newer release is not: two really changed.
            Incident(
                testDescription: "Jellyfish with strip_beams",
                example: .hop(
                    (0..<9).flatMap { number in
                        ["1", "2"].map { .source("shop", $0, "shop\(number)", price(number < 2 ? $0 : "0")) }
                    },
                    preparations: [
                        #"erl -noshell -eval 'beam_lib:strip_files(filelib:wildcard("lib/shop-1/ebin/*.beam")), halt().'"#
                    ], command: "relift appup shop-1.rel shop-2.rel --lib lib --dry-run"),
                status: 0, lines: ["{load_module,shop0}", "{load_module,shop1}"],
                absent: (2..<9).map { "{load_module,shop\($0)}" }),
        ] + tops.flatMap { $0 }

    /// "Cannot find top supervisor": a plain process, a server that answers anything, a server that crashes.
    private static let tops: [[Incident]] = [
        ("a plain process", "start(_, _) -> {ok, spawn_link(fun() -> receive stop -> ok end end)}.", "a plain process"),
        ("a server that answers", "start(_, _) -> bell:start_link().", "the process of `bell`"),
        ("a server that crashes", "start(_, _) -> bell:start_link().", "the process of `bell`"),
    ].map { name, start, process in
        let files: [Explanation.File] = [
            .application("bell", "1", modules: ["bell", "bell_app"], ["{mod,{bell_app,[]}}"]),
            .source("bell", "1", "bell_app", "-export([start/2, stop/1]).", start, "stop(_) -> ok."),
            .source("bell", "1", "bell", server(name.hasSuffix("crashes") ? "count" : "_")),
            .source("shop", "1", "shop", server("1")), .source("shop", "2", "shop", server("2")),
            .appup(
                "shop", "2",
                #"{"2", [{"1",[{update,shop,{advanced,[]}}]}], [{"1",[{update,shop,{advanced,[]}}]}]}."#),
            .release("shop-1.rel", "1", [#"{shop,"1"}"#, #"{bell,"1"}"#]),
            .release("shop-2.rel", "2", [#"{shop,"2"}"#, #"{bell,"1"}"#]),
        ]
        return [
            Incident(
                testDescription: "exrm#183, \(name)", example: .hop(files), status: 1,
                lines: ["error: the upgrade cannot suspend anything: \(process) is the top process of `bell`"],
                absent: ["the top process of `bell` is no supervisor"]),
            Incident(
                testDescription: "exrm#183, \(name), one release", example: .release(files), status: 0,
                lines: ["warning: the top process of `bell` is no supervisor: \(process)", "bell_app:start/2"]),
        ]
    }

    // MARK: - Sources

    private static func price(_ value: String) -> String { "-export([price/0]).\nprice() -> \(value)." }

    private static func client(_ value: String) -> String {
        """
        -export([serve/1]).
        serve(Socket) ->
            {ok, Order} = gen_tcp:recv(Socket, 0),
            {\(value), Order}.
        """
    }

    private static func supervisor(_ intensity: String) -> String {
        """
        -behaviour(supervisor).
        -export([start_link/0, init/1]).
        init([]) -> shop = ets:new(shop, [named_table, public]), {ok, {#{intensity => \(intensity)}, []}}.
        start_link() -> supervisor:start_link({local,shop_sup}, shop_sup, []).
        """
    }

    private static func server(_ question: String) -> String {
        """
        -behaviour(gen_server).
        -export([start_link/0, init/1, handle_call/3, handle_cast/2, code_change/3]).
        start_link() -> gen_server:start_link({local,?MODULE}, ?MODULE, [], []).
        init([]) -> {ok, 0}.
        handle_call(\(question), _, Count) -> {reply, ok, Count}.
        handle_cast(_, Count) -> {noreply, Count}.
        code_change(_, Count, _) -> {ok, Count}.
        """
    }
}
