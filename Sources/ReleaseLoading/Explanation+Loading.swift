package import Diagnostics
import ReleaseModel

/// What it means when a release or what belongs to it cannot be found or read.
extension Explanation {
    package static let loading: [Explanation] = [
        loading(
            "release/not-found", "what is named as a release is not there", "There is no folder or file of that name.",
            [], "relift tar shop",
            "Name a `.rel` file, a tarball `NAME-VSN.tar.gz`, or the folder of an assembled release."),
        loading(
            "release/not-a-release-folder", "a folder is not that of a release",
            "An assembled or installed release has `releases/start_erl.data`, which names its version.",
            [.application("cart", "1")], "relift tar lib", "Name the folder that holds `releases/`.",
            "Or add the version: `FOLDER@VSN`."),
        loading(
            "release/no-resource-file", "a folder or tarball has no `.rel` file for the version",
            "A release is described by a `.rel` file: `releases/VSN/NAME.rel` in a folder, `releases/NAME.rel` in a tarball.",
            [File("shop/releases/start_erl.data", "13.1 2")], "relift tar shop",
            "Give a version that is there: `FOLDER@VSN`.",
            "Make the tarball with `relift build` or `relift tar`."),
        loading(
            "release/resource-file-wanted", "something else than a `.rel` file is named",
            "The command works with the release resource file itself.", nil, "relift script shop-1.tar.gz",
            "Name the `.rel` file."),
        loading(
            "beam/unsafe-name", "the name of a module cannot be that of a file",
            "A module is loaded from the file of its name, so it may not be empty or hold a `/`.", nil,
            "relift plan old.rel new.rel --lib lib", "Rename the module."),
        crossReference(
            .crossReferenceApplicationTwice, "a cross reference would hold an application twice",
            "A cross reference holds one version of an application; two folders have it.", "Take one of the two away."),
        crossReference(
            .crossReferenceInvalidName, "the name of a folder has control characters",
            "OTP's cross reference refuses it.", "Rename the folder."),
        crossReference(
            .crossReferenceModuleTwice, "a cross reference would hold a module twice",
            "Every `.beam` file beside an `.app` file is read, also those that the `.app` file does not list.",
            "Remove the file that does not belong there."),
        crossReference(
            .crossReferenceNotAFile, "something called `.beam` is not a file",
            "Every `.beam` file beside an `.app` file is read for the cross reference.", "Remove it."),
        crossReference(
            .crossReferenceStripped, "a module has no attributes, and no cross reference can be made",
            "`beam_lib:strip` and `strip_beams` remove them; OTP's cross reference reads them of every module.",
            "Leave out `--exref`, or compile the module again."),
    ]

    private static func crossReference(
        _ id: Diagnostic.ID, _ title: String, _ meaning: String, _ wayOut: String
    ) -> Explanation {
        Explanation(
            id, as: .error, title, meaning: meaning,
            example: Example([], ["relift script shop.rel --lib lib --exref"], isComplete: false), wayOut: [wayOut])
    }

    private static func loading(
        _ id: String, _ title: String, _ meaning: String, _ files: [File]?, _ command: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            Diagnostic.ID(id), as: .error, title, meaning: meaning,
            example: Example(files ?? [], [command], isComplete: files != nil), wayOut: wayOut)
    }
}
