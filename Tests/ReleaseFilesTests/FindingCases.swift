import Testing

/// A file with something wrong in it, and what must be found: the ID of each finding with the text it points at.
struct FindingCase: Sendable, CustomTestStringConvertible {
    /// Below `Fixtures/releases/files`.
    var file: String
    var findings: [Expected]
    var isRead: Bool

    struct Expected: Hashable, Sendable, CustomStringConvertible {
        var id: String
        /// The text the finding points at; nil when it points at the file as a whole.
        var text: String?

        var description: String { "\(self.id) at \(self.text ?? "the file")" }
    }

    init(_ file: String, _ findings: [(String, String?)], isRead: Bool = false) {
        self.file = file
        self.findings = findings.map { Expected(id: $0.0, text: $0.1) }
        self.isRead = isRead
    }

    var testDescription: String { self.file }

    static let all: [FindingCase] =
        releaseResources + applications + appups + relups + bootScripts + targetSystems
        + configurations + arguments + templates

    private static let templates: [FindingCase] = [
        .init(
            "templates/sys.config.src",
            [
                ("config/variable-not-set", "${NOT_SET}"), ("config/not-a-variable", "${a name}"),
                ("config/value-not-a-term", "${LIST}"),
            ]), .init("templates/vm.args.src", [("config/value-does-not-fit", "${LINES}")]),
    ]

    private static let releaseResources: [FindingCase] = [
        .init(
            "rest-ignored.rel",
            [("term-file/rest-ignored", "{release, {\"shop\",\"1.1\"}, {erts,\"13.1.5\"}, []}.\n")], isRead: true),
        .init("tag.rel", [("rel/not-a-release", "relaese")]),
        .init(
            "three-elements.rel",
            [("rel/not-a-release", "{release, {\"shop\",\"1.0\"}, [{kernel,\"8.5.3\"}, {stdlib,\"4.2\"}]}")]),
        .init("names.rel", [("rel/not-a-release", "\"shop-1.0\"")]),
        .init("erts.rel", [("rel/not-a-release", "\"13.1.5\"")]),
        .init("applications.rel", [("rel/not-a-release", "{kernel,\"8.5.3\"}")]),
        .init(
            "not-strings.rel",
            [("rel/not-a-string", "shop"), ("rel/not-a-string", "<<\"1.0\">>"), ("rel/not-a-string", "13")]),
        .init("unsafe.rel", [("rel/unsafe-version", "\"../1.0\"")]),
        .init("unsafe-entries.rel", [("rel/unsafe-name", "'../x'"), ("rel/unsafe-name", "\"1/2\"")]),
        .init(
            "entries.rel",
            [
                ("rel/illegal-application", "stdlib"), ("rel/illegal-application", "\"sasl\""),
                ("rel/illegal-application", "5.1"), ("rel/illegal-application", "permenent"),
                ("rel/illegal-application", "<<\"stock\">>"), ("rel/illegal-application", "cart"),
                ("rel/illegal-application", "7"),
            ]),
        .init(
            "no-stdlib.rel",
            [
                (
                    "release/missing-mandatory-application",
                    "{release, {\"shop\",\"1.0\"}, {erts,\"13.1.5\"}, [{kernel,\"8.5.3\"}]}"
                )
            ]),
        .init(
            "kernel-type.rel", [("release/mandatory-application-not-permanent", "{kernel,\"8.5.3\",load}")]),
    ]

    private static let applications: [FindingCase] = [
        .init("tag.app", [("app/not-an-application", "aplication")]),
        .init("properties.app", [("app/not-an-application", "{vsn,\"1.0\"}")]),
        .init(
            "missing.app",
            [
                (
                    "app/missing-key",
                    """
                    {application, shop,
                     [{description,"A shop"},
                      {modules,[shop]},
                      {registered,[],[]},
                      {applications,[kernel,stdlib]}]}
                    """
                ),
                ("app/missing-key", "{registered,[],[]}"),
            ]),
        .init(
            "values.app",
            [
                ("app/wrong-value", "one"), ("app/wrong-value", "7"), ("app/wrong-value", "<<\"A shop\">>"),
                ("app/wrong-value", "{shop_cart,1}"), ("app/wrong-value", "shop"), ("app/wrong-value", "\"stdlib\""),
                ("app/wrong-value", "shop_app"), ("app/wrong-value", "go"), ("app/wrong-value", "{\"port\",80}"),
                ("app/wrong-value", "0"), ("app/wrong-value", "many"), ("app/wrong-value", "[kernel]"),
            ]),
        .init("duplicates.app", [("app/duplicate-entry", "shop"), ("app/duplicate-entry", "kernel")]),
        .init(
            "keys.app",
            [
                ("app/repeated-key", "{vsn,\"1.1\"}"), ("app/misspelt-key", "{incuded_applications,[cart]}"),
            ], isRead: true),
        .init("unsafe.app", [("app/unsafe-name", "'a/b'")]),
        .init("unsafe-names.app", [("app/unsafe-name", "'..'")]),
        .init("unsafe-modules.app", [("app/unsafe-name", "'../shop'")]),
        .init("unsafe-version.app", [("app/unsafe-name", "\"1/0\"")]),
    ]

    private static let appups: [FindingCase] = [
        .init("two-elements.appup", [("appup/not-an-appup", "{\"1.1\", [{\"1.0\",[{load_module,shop}]}]}")]),
        .init("version.appup", [("appup/not-an-appup", "one")]),
        .init("lists.appup", [("appup/not-an-appup", "{\"1.0\",[]}")]),
        .init(
            "entries.appup",
            [
                ("appup/entry-skipped", "one"), ("appup/entry-skipped", "{\"1.0\"}"),
                ("appup/script-not-a-list", "restart_new_emulator"), ("appup/not-an-appup", "<<255>>"),
            ]),
        .init("rest.appup", [("term-file/rest-ignored", "{\"1.0\", [], []}.\n")], isRead: true),
    ]

    private static let relups: [FindingCase] = [
        .init("relup/shape/relup", [("relup/not-a-relup", "{\"1.1\", [{\"1.0\",[],[point_of_no_return]}]}")]),
        .init("relup/version/relup", [("relup/not-a-relup", "one")]),
        .init("relup/list/relup", [("relup/not-a-relup", "none")]),
        .init(
            "relup/entries/relup",
            [
                ("relup/illegal-entry", "{\"1.0\",[point_of_no_return]}"),
                ("relup/illegal-entry", "{\"1.0\",[],point_of_no_return}"), ("relup/not-a-relup", "\"a/b\""),
            ]),
        .init("relup/two/relup", [("term-file/not-one-term", "{\"1.0\", [], []}")]),
        .init("relup/empty/relup", [("term-file/not-one-term", nil)]),
    ]

    private static let bootScripts: [FindingCase] = [
        .init("shape.script", [("boot/not-a-script", "{script, \"shop\", [{progress,preloaded}]}")]),
        .init(
            "command.script", [("boot/unknown-command", "{preload,[init]}"), ("boot/unknown-command", "started")],
            isRead: true),
        .init("shape.boot", [("boot/not-a-script", nil)]),
        .init("command.boot", [("boot/unknown-command", nil)], isRead: true),
        .init("cut-off.boot", [("boot/not-a-term", nil)]),
    ]

    private static let targetSystems: [FindingCase] = [
        .init(
            "RELEASES/list/RELEASES", [("releases/not-a-list", "{release,\"shop\",\"1.0\",\"13.1.5\",[],permanent}")]),
        .init(
            "RELEASES/entries/RELEASES",
            [
                ("releases/illegal-entry", "permanant"),
                ("releases/illegal-entry", "{release,\"shop\",\"1.2\",\"13.1.5\",[],old,extra}"),
                ("releases/illegal-entry", "shop"), ("releases/illegal-entry", "13"),
                ("releases/illegal-entry", "{kernel,\"8.5.3\"}"), ("releases/illegal-entry", "none"),
            ]),
        .init(
            "RELEASES/repeated/RELEASES",
            [("releases/repeated-version", "{release,\"shop\",\"1.0\",undefined,[],old}")], isRead: true),
        .init("start_erl/one-word/start_erl.data", [("start-erl-data/not-two-words", nil)]),
        .init("start_erl/three-words/start_erl.data", [("start-erl-data/not-two-words", "2.0")]),
        .init("start_erl/unsafe/start_erl.data", [("start-erl-data/unsafe-name", "../1.0")]),
    ]

    private static let configurations: [FindingCase] = [
        .init("sys.config/list/sys.config", [("sys-config/not-a-list", "{kernel, [{logger_level,info}]}")]),
        .init(
            "sys.config/entries/sys.config",
            [
                ("sys-config/illegal-entry", "\"kernel\""), ("sys-config/illegal-entry", "{kernel,logger_level,info}"),
                ("sys-config/illegal-entry", "none"), ("sys-config/illegal-entry", "[]"),
                ("sys-config/illegal-parameter", "errlog"), ("sys-config/illegal-parameter", "{\"sasl\",1}"),
            ]),
        .init(
            "sys.config/repeated/sys.config",
            [
                ("sys-config/repeated", "{logger_level,debug}"),
                ("sys-config/repeated", "{kernel,[{net_ticktime,60}]}"),
            ]),
        .init(
            "sys.config/other-file/shop.config",
            [("sys-config/illegal-entry", "\"more\""), ("sys-config/repeated", "{kernel,[]}")]),
    ]

    private static let arguments: [FindingCase] = [
        .init("quote.args", [("vm-args/open-quote", "\"")], isRead: true),
        .init("values.args", [("vm-args/missing-value", "-name"), ("vm-args/missing-value", "-sname")]),
        .init("latin1.args", [("vm-args/not-text", "sh\u{fffd}p")]),
    ]
}
