import SystemPackage
import TestSupport
import Testing

/// Hazards around the applications of a release, on a node with OTP's own `release_handler`: with the bad input the node
/// loses what it should keep, with the twin it does not, and `relift check` tells the two apart.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct ReleaseHazardTests {
    struct Configuration: Sendable, CustomTestStringConvertible {
        let finding: String?
        let files: [(path: String, text: String)]
        var testDescription: String { self.finding ?? "the twin" }
    }

    static let configurations = [
        Configuration(finding: nil, files: [("releases/2/sys.config", "[{shop,[{port,2}]}].")]),
        Configuration(finding: "config/unreadable", files: [("releases/2/sys.config", "[{shop,[{port,2}]}]")]),
        Configuration(finding: "config/unreadable", files: [("releases/2/sys.config", "[{shop,[{port,2}]}]. [].")]),
        Configuration(
            finding: "config/unresolved-source", files: [("releases/2/sys.config.src", "[{shop,[{port,${P}}]}].")]),
        Configuration(finding: "config/missing", files: []),
        Configuration(
            finding: "config/included-file-relative",
            files: [
                ("releases/2/sys.config", #"["more.config"]."#), ("releases/2/more.config", "[{shop,[{port,2}]}]."),
            ]),
    ]

    @Test(arguments: configurations) func anUpgradeTakesTheConfigurationThatItFinds(configuration: Configuration)
        async throws
    {
        let outcome = try await UpgradeWitness(files: configuration.files).run(
            reporting: "{shop:version(), application:get_env(shop, port)}")
        // `none` is the default of the `.app` file: the install says that all is well, and the configuration is gone.
        let port = configuration.finding == nil ? "2" : "none"
        #expect(outcome.log == ["{booted,{[\"1\"],{1,{ok,1}}}}", "{installed,{[\"2\"],{2,{ok,\(port)}}}}"])
        let told = outcome.findings.filter { $0.hasPrefix("config/") }
        #expect(told == Set([configuration.finding].compactMap(\.self)))
    }

    @Test(arguments: [true, false]) func aRestartNeedsHeart(hasHeart: Bool) async throws {
        let witness = UpgradeWitness(
            files: [
                ("releases/2/sys.config", "[]."), ("releases/1/vm.args", hasHeart ? "-heart" : "-noinput"),
                ("start", "#!/bin/sh\necho \"started $(basename \"$1\")\" >> \"$(dirname \"$0\")/log\""),
            ], script: "[restart_emulator]", preparations: ["chmod +x start"],
            flags: (hasHeart ? ["-heart"] : []) + ["-sasl", "start_prg", "\"{{folder}}/start\""])
        let outcome = try await witness.run(reporting: "shop:version()")
        #expect(outcome.findings.contains("release/heart-missing") == !hasHeart)
        let first = "{booted,{[\"1\"],1}}"
        if hasHeart {
            // The new release is started by the program that heart was told.
            #expect(outcome.log.first == first)
            #expect(outcome.log.last == "started new_start_erl.data")
        } else {
            #expect(outcome.log == [first, "failed", first])
        }
    }

    @Test(arguments: [true, false]) func aNativeLibraryIsLoadedTwiceOnlyWithUpgrade(hasUpgrade: Bool) async throws {
        func source(_ version: Int) -> String {
            """
            -module(shop).
            -export([version/0]).
            -on_load(load/0).
            -nifs([version/0]).
            load() -> erlang:load_nif("lib/shop-\(version)/priv/shop", 0).
            version() -> erlang:nif_error(not_loaded).
            """
        }
        func library(_ version: Int) -> String {
            """
            #include <erl_nif.h>
            static ERL_NIF_TERM version(ErlNifEnv *e, int c, const ERL_NIF_TERM v[]) { return enif_make_int(e, \(version)); }
            static ErlNifFunc functions[] = {{"version", 0, version}};
            static int load(ErlNifEnv *e, void **d, ERL_NIF_TERM i) { return 0; }
            static int upgrade(ErlNifEnv *e, void **d, void **o, ERL_NIF_TERM i) { return 0; }
            ERL_NIF_INIT(shop, functions, load, NULL, \(hasUpgrade ? "upgrade" : "NULL"), NULL)
            """
        }
        let include = OTP.root?.appending("usr/include").string ?? ""
        let witness = UpgradeWitness(
            files: [1, 2].flatMap { version in
                [
                    ("lib/shop-\(version)/src/shop.erl", source(version)),
                    ("lib/shop-\(version)/src/shop.c", library(version)),
                ]
            } + [("releases/2/sys.config", "[].")],
            preparations: [1, 2].flatMap { version in
                [
                    "mkdir lib/shop-\(version)/priv",
                    "cc -shared -fPIC -I \(include) -o lib/shop-\(version)/priv/shop.so lib/shop-\(version)/src/shop.c",
                ]
            })
        let outcome = try await witness.run(reporting: "shop:version()")
        let first = "{booted,{[\"1\"],1}}"
        #expect(outcome.log == (hasUpgrade ? [first, "{installed,{[\"2\"],2}}"] : [first, "failed", first]))
        #expect(outcome.findings.contains("nif/no-upgrade-callback") == !hasUpgrade)
        #expect(!outcome.findings.contains("appup/nif-module"))
    }

    @Test(arguments: ["interactive", "embedded"]) func aModuleOfTheBaseIsSticky(mode: String) async throws {
        let witness = UpgradeWitness(
            files: [("releases/2/sys.config", "[].")],
            script: """
                [{load_object_code,{stdlib,"{{stdlib}}",[queue]}}, point_of_no_return,
                 {load,{queue,brutal_purge,brutal_purge}}]
                """, flags: ["-mode", mode])
        let outcome = try await witness.run(reporting: "ok")
        #expect(outcome.findings.contains("relup/reloads-base-module"))
        let first = "{booted,{[\"1\"],ok}}"
        #expect(outcome.log == (mode == "embedded" ? [first, "{installed,{[\"2\"],ok}}"] : [first, "failed", first]))
    }
}
