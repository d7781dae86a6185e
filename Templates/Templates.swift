/// The texts that a release is furnished with, embedded in the program. README.md lists their variables.
package enum Templates {
    /// A mustache template of one file of a release.
    package struct Template: Sendable {
        /// Where the file lies in the release, relative to its root; nil where the name of the release or its version is
        /// part of it.
        package let path: String?
        /// The template, in mustache.
        package let text: String
        /// Whether the file is a program.
        package let isExecutable: Bool
    }

    /// `bin/NAME`: starts, stops and asks the release.
    package static let releaseScript = Template(
        path: nil, text: String(decoding: PackageResources.release_mustache, as: UTF8.self), isExecutable: true)

    /// `bin/start`: OTP's name for what heart and `release_handler` restart a node with.
    package static let startScript = Template(
        path: "bin/start", text: String(decoding: PackageResources.start_mustache, as: UTF8.self), isExecutable: true)

    /// `bin/start` of a release of mix, which has a start script of its own.
    package static let mixStartScript = Template(
        path: "bin/start", text: String(decoding: PackageResources.mix_start_mustache, as: UTF8.self),
        isExecutable: true)

    /// What comes first in `releases/VSN/env.sh` of a release of mix: not a program, but read by its start script.
    package static let mixEnvironment = Template(
        path: nil, text: String(decoding: PackageResources.mix_env_mustache, as: UTF8.self), isExecutable: false)

    /// `erts-VSN/bin/erl`, which finds its root by where it lies. It has no variables.
    package static let runtimeScript = Template(
        path: nil, text: String(decoding: PackageResources.erl_mustache, as: UTF8.self), isExecutable: true)

    /// A text as one word of POSIX sh: in single quotes.
    ///
    /// What a template takes as `{{{quoted_…}}}` must come from here, so that no name can end its quotes.
    package static func quotedForShell(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "'"
    }
}
