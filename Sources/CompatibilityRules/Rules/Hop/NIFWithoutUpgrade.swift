package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A native library that cannot take over from the one before.
package enum NIFWithoutUpgrade: HopRule, ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("nif/no-upgrade-callback"), as: .error,
        "a native library has no `upgrade` function, and is loaded a second time",
        meaning: """
            Loading a module with native functions runs its `-on_load` function, and with it `erlang:load_nif/2`, while the old \
            code with the old library is still there. The emulator then calls `upgrade` of the new library, the fifth argument \
            of `ERL_NIF_INIT`. The library that the release has for this module names none: it is not loaded. Where `-on_load` \
            gives back what `load_nif` answers, as it mostly does, it fails, and with it the script, after the point of no \
            return: the node restarts. Where it disregards the answer, the module is loaded, but its functions are those \
            of the Erlang source, which mostly raise an error.

            Of one release alone it is a note: the module can be exchanged only with a restart of its application.

            What the library says is read from the file in `priv`. Where it cannot be told, `appup/nif-module` warns instead.
            """,
        example: .hop(
            [
                .source(
                    "shop", "1", "shop", "-export([price/0]).", "-on_load(load/0).", "-nifs([price/0]).",
                    #"load() -> erlang:load_nif("lib/shop-1/priv/shop", 0)."#, "price() -> erlang:nif_error(1)."),
                .source(
                    "shop", "2", "shop", "-export([price/0]).", "-on_load(load/0).", "-nifs([price/0]).",
                    #"load() -> erlang:load_nif("lib/shop-2/priv/shop", 0)."#, "price() -> erlang:nif_error(2)."),
                .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
                Self.library("1"), Self.library("2"),
            ],
            preparations: ["1", "2"].flatMap { version in
                [
                    "mkdir -p lib/shop-\(version)/priv",
                    "cc -shared -fPIC -I /usr/lib/erlang/usr/include -o lib/shop-\(version)/priv/shop.so "
                        + "lib/shop-\(version)/c_src/shop.c",
                ]
            }),
        wayOut: [
            "write `upgrade`: it takes over the private data, and opens resource types with `ERL_NIF_RT_TAKEOVER`",
            "or restart the application, which removes the old code first: `{restart_application,NAME}`",
        ])

    package static let mended = ["1", "2"].map { Self.library($0, hasUpgrade: true) }

    /// The source of the native library of `shop`, whose `price/0` answers the version.
    private static func library(_ version: String, hasUpgrade: Bool = false) -> Explanation.File {
        let upgrade = "static int upgrade(ErlNifEnv *e, void **data, void **old, ERL_NIF_TERM info) { return 0; }\n"
        return Explanation.File(
            "lib/shop-\(version)/c_src/shop.c",
            """
            #include <erl_nif.h>
            static ERL_NIF_TERM price(ErlNifEnv *e, int c, const ERL_NIF_TERM v[]) { return enif_make_int(e, \(version)); }
            static ErlNifFunc functions[] = {{"price", 0, price}};
            static int load(ErlNifEnv *e, void **data, ERL_NIF_TERM info) { return 0; }
            \(hasUpgrade ? upgrade : "")ERL_NIF_INIT(shop, functions, load, NULL, \(hasUpgrade ? "upgrade" : "NULL"), NULL)
            """)
    }

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.filter { !$0.restartsEmulator }.flatMap { run -> [Diagnostic] in
            run.target.snapshot.nativeLibraries.sorted { $0.key < $1.key }.compactMap { module, library in
                guard !library.hasUpgrade, self.takesOver(module, run) else { return nil }
                return self.finding(
                    .error, module, library, run.target,
                    why: """
                        It is loaded while the old one is still there, which the emulator refuses without that function. \
                        Where `-on_load` gives the refusal back, the load of the module fails after the point of no return, \
                        and the node restarts; else the module is left without its native functions.
                        """,
                    direction: run.mode.direction)
            }
        }
    }

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        release.snapshot.nativeLibraries.sorted { $0.key < $1.key }.filter { !$0.value.hasUpgrade }.map {
            self.finding(
                .note, $0.key, $0.value, release,
                why: "An upgrade cannot exchange the module while its old code is there.", direction: nil)
        }
    }

    private static func finding(
        _ severity: Diagnostic.Severity, _ module: Atom, _ library: NativeLibraryFacts, _ release: Hop.Side,
        why: String, direction: Diagnostic.Direction?
    ) -> Diagnostic {
        let loader = release.modules[module]
        return Diagnostic(
            self.id, severity, "the native library of `\(module)` has no `upgrade` function",
            at: .file(library.path), explanation: why,
            notes: loader.map { [Diagnostic.Note("it is loaded here", at: $0.place(calling: .loadNative))] } ?? [],
            help: [
                "give `ERL_NIF_INIT` an `upgrade` function",
                "or let the script restart the application, which removes the old code first",
            ], application: loader?.application.name, module: module.name, direction: direction)
    }

    /// Whether the script loads the module while the code of the source release is there.
    private static func takesOver(_ module: Atom, _ run: ScriptRun) -> Bool {
        guard run.source.modules[module]?.facts.hasOnLoad == true, run.target.modules[module]?.facts.hasOnLoad == true,
            let load = run.exchanges[module]?.first(where: { $0.result == .target })
        else { return false }
        return run.code(of: module, before: load.step) != .absent
    }
}
