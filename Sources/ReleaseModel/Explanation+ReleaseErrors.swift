package import Diagnostics

/// What the errors about releases mean.
extension Explanation {
    package static let releaseErrors: [Explanation] = [
        release(
            .releaseMissingMandatoryApplication, "a release lacks `kernel` or `stdlib`",
            "No Erlang system starts without the two.",
            [
                File(
                    "shop.rel",
                    "{release, {\"shop\",\"1\"}, {erts,\"13.1\"},\n [{kernel,\"8.5\"}]}.")
            ], "Add `{stdlib,\"VERSION\"}` to the applications of the release."),
        release(
            .releaseMandatoryApplicationNotPermanent, "`kernel` or `stdlib` is not started for good",
            "A node cannot run on when one of the two has ended, so their start type is `permanent`.",
            [
                File(
                    "shop.rel",
                    "{release, {\"shop\",\"1\"}, {erts,\"13.1\"},\n [{kernel,\"8.5\"},{stdlib,\"4.2\",temporary},{sasl,\"4.2\"}]}."
                )
            ], "Remove the start type of the entry."),
        release(
            .releaseApplicationNotFound, "an application of a release is nowhere",
            "None of the folders that were searched holds its `.app` file.",
            [.release("shop.rel", "1", ["{cart,\"1\"}"])],
            "Build the application, or name its folder with `--lib`.", "Correct its name in the `.rel` file."),
        release(
            .releaseVersionNotFound, "an application is there, but not in the version of the release",
            "The version of a release's entry and that of the `.app` file must be the same text.",
            [.release("shop.rel", "1", ["{cart,\"2\"}"]), .application("cart", "1")],
            "Build the version that the release names.", "Or name the version that is there."),
        release(
            .releaseApplicationMismatch, "a file describes another application than the release names",
            "The file in the place of the application was read, and its name or version is another.",
            nil, "Correct the `.rel` file, or the `.app` file, or the folder it lies in."),
        release(
            .releaseInclusionNotListed, "an entry includes an application that its `.app` file does not",
            "The list of an entry can only leave out some of the `included_applications` of the `.app` file.",
            [
                .release("shop.rel", "1", ["{cart,\"1\",[stock]}", "{stock,\"1\",load}"]), .application("cart", "1"),
                .application("stock", "1"),
            ], "Add the application to `included_applications` of the `.app` file.", "Or remove it from the entry."),
        release(
            .releaseUndefinedApplication, "an application needs one that the release does not have",
            "What an application depends on must be there and be started before it.",
            [.release("shop.rel", "1", ["{cart,\"1\"}"]), .application("cart", "1", uses: ["stock"])],
            "Add it to the applications of the release.",
            "If it can do without, list it in `optional_applications` of its `.app` file too."),
        release(
            .releaseUsedTwice, "an application lists one that it depends on twice",
            "OTP before 26 then reports the application as undefined, which it is not.",
            nil, "Remove one of the two."),
        release(
            .releaseRegisteredNameClash, "two applications register one name",
            "A name stands for one process of a node: the second application that registers it fails to start.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{stock,\"1\"}"]), Self.registering("cart"),
                Self.registering("stock"),
            ], "Rename one of the two processes, and correct `registered` of its `.app` file."),
        release(
            .releaseIncludedTwice, "an application is included twice",
            "The supervisors of an included application belong to the one that includes it, and there can be one only.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{web,\"1\"}", "{stock,\"1\"}"]),
                .application("cart", "1", ["{included_applications,[stock]}"]),
                .application("web", "1", ["{included_applications,[stock]}"]), .application("stock", "1"),
            ], "Let one of them include it, and the other depend on that one."),
        release(
            .releaseInclusionCycle, "applications include each other in a circle",
            "Each would be part of the other, and none could be started.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{stock,\"1\"}"]),
                .application("cart", "1", ["{included_applications,[stock]}"]),
                .application("stock", "1", ["{included_applications,[cart]}"]),
            ], "Remove one of the inclusions."),
        release(
            .releaseCircularDependencies, "applications depend on each other in a circle",
            "Each of them would have to be started before the others.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{stock,\"1\"}"]),
                .application("cart", "1", uses: ["stock"]), .application("stock", "1", uses: ["cart"]),
            ], "Remove one of them from `applications` of the other's `.app` file.",
            "Or put what both need into a third application."),
        release(
            .releaseInclusionOrder, "an application depends on the one that includes it",
            "OTP sorts applications by what they depend on and include, and finds no order.", nil,
            "Remove the dependency: an included application is started by the one that includes it."),
        release(
            .releaseModuleClash, "two applications have a module of one name",
            "A node has one module of a name. Which of the two it loads depends on the code path, and an upgrade of one "
                + "application exchanges the code of the other.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{stock,\"1\"}"]),
                .application("cart", "1", modules: ["server"]), .application("stock", "1", modules: ["server"]),
            ], "Rename one of the modules, with the name of its application in front."),
    ]

    private static func registering(_ name: String) -> File {
        let file = File.application(name, "1")
        return File(file.path, file.text.replacing("{registered,[]}", with: "{registered,[server]}"))
    }

    private static func release(
        _ id: Diagnostic.ID, _ title: String, _ meaning: String, _ files: [File]?, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: .error, title, meaning: meaning,
            example: Example(files ?? [], ["relift script shop.rel --lib lib"], isComplete: files != nil),
            wayOut: wayOut)
    }
}
