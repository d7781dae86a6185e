package import Diagnostics
import ReleaseModel

/// The kinds of findings about overlays.
extension Diagnostic.ID {
    static let overlayBadTemplate = Self("overlay/bad-template")
    static let overlayMissingVariable = Self("overlay/missing-variable")
    static let overlayBadVariables = Self("overlay/bad-variables")
    static let overlayBadPath = Self("overlay/bad-path")
    static let overlayNoSource = Self("overlay/no-source")
    static let overlayNothingMatches = Self("overlay/nothing-matches")
    static let overlayNothingToChange = Self("overlay/nothing-to-change")
    static let overlayInTheWay = Self("overlay/in-the-way")
}

/// What is wrong with overlays.
extension Explanation {
    package static let overlays: [Explanation] = [
        overlay(
            .overlayBadTemplate, "a template of an overlay is none",
            "Templates are mustache: `{{name}}`, and sections `{{#name}}…{{/name}}` and `{{^name}}…{{/name}}`.",
            "{overlay, [{template, \"motd\", \"etc/motd\"}]}.", [File("motd", "Welcome to {{release_name")],
            "Correct the tag that the finding shows."),
        overlay(
            .overlayMissingVariable, "a template asks for a variable that there is not",
            """
            Variables come from `overlay_vars`, and some from the release itself, such as `release_name` and \
            `release_version`. relx would leave the place empty without a word.
            """, "{overlay, [{template, \"motd\", \"etc/motd\"}]}.", [File("motd", "Welcome to {{relese_name}}")],
            "Correct the name, or give it a value: `{overlay_vars, [{name, \"VALUE\"}]}.`"),
        overlay(
            .overlayBadVariables, "a file of variables holds something else",
            "It holds terms `{Name, Value}.`, and strings that name further files, relative to its own folder.",
            "{overlay_vars, [\"vars.config\"]}.\n{overlay, [{mkdir, \"log\"}]}.",
            [File("vars.config", "[{port, 8080}].")],
            "Write each variable as a term of its own."),
        overlay(
            .overlayBadPath, "a path or mode of an overlay cannot be one",
            "Targets are relative to the root of the release and stay in it; relx writes outside of it.",
            "{overlay, [{mkdir, \"../log\"}]}.", [], "Correct the path."),
        overlay(
            .overlayNoSource, "a file that an overlay copies is not there",
            "Sources are relative to the manifest's folder.", "{overlay, [{copy, \"LICENCE\", \"LICENCE\"}]}.", [],
            "Correct the path, or remove the step."),
        overlay(
            .overlayNothingMatches, as: .warning, "a pattern of an overlay matches nothing", "The step does nothing.",
            nil,
            [], "Correct the pattern, or remove the step."),
        overlay(
            .overlayNothingToChange, "an overlay sets the mode of what the release does not have",
            "Steps are done in their order, on files of the release and of the steps before.",
            "{overlay, [{chmod, 8#755, \"bin/tool\"}]}.", [], "Correct the path, or move the step."),
        overlay(
            .overlayInTheWay, "an overlay puts a file where the release has a folder, or the other way round",
            "Nothing of the release is thrown away for it.",
            "{overlay, [{mkdir, \"etc\"}, {copy, \"motd\", \"etc\"}]}.", [File("motd", "Welcome")],
            "End the path with `/` to copy into the folder.", "Or choose another path."),
    ]

    private static func overlay(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ settings: String?, _ files: [File], _ wayOut: String...
    ) -> Explanation {
        let release = "{release, {shop, \"1.0.0\"}, {erts, \"13.1.5\"}, [sasl]}.\n{include_erts, false}.\n"
        return Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example(
                (settings.map { [File("relift.config", release + $0)] } ?? []) + files, ["relift build --lib lib"],
                isComplete: settings != nil),
            wayOut: wayOut)
    }
}
