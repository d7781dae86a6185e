package import ReleaseFiles
package import SystemPackage

/// The options of `systools:make_tar/2` that say what goes in.
package struct TarballOptions: Hashable, Sendable {
    /// The folder that holds `erts-VSN`, when the runtime system goes in (`{erts, Dir}`).
    package var runtimeFolder: FilePath?
    /// Programs for developing go in as well (`erts_all`).
    package var takesAllPrograms: Bool
    /// Further folders of each application (`{dirs, [Name]}`).
    package var otherFolders: [String]
    /// Applications below the folder of a variable get a tarball of their own (`{variables, [{Name, Prefix}]}`).
    package var variables: [BootScriptGenerator.Variable]
    package var variableTarballs: VariableTarballs
    /// Anything else (`{extra_files, [{From, To}]}`).
    package var extraFiles: [ExtraFile]

    /// What becomes of the tarballs of variables (`var_tar`).
    package enum VariableTarballs: String, Hashable, Sendable, CaseIterable {
        /// They go into the tarball of the release.
        case include
        /// They stay beside it.
        case ownfile
        /// They are not made.
        case omit
    }

    /// A file or folder of this host, and its name in the tarball.
    package struct ExtraFile: Hashable, Sendable {
        package var source: Source
        package var target: FilePath

        /// What `erl_tar:add/4` takes.
        package enum Source: Hashable, Sendable {
            case path(FilePath)
            case bytes([UInt8])
        }

        package init(_ source: Source, as target: FilePath) {
            self.source = source
            self.target = target
        }
    }

    package init(
        runtimeFolder: FilePath? = nil, takesAllPrograms: Bool = false, otherFolders: [String] = [],
        variables: [BootScriptGenerator.Variable] = [], variableTarballs: VariableTarballs = .include,
        extraFiles: [ExtraFile] = []
    ) {
        self.runtimeFolder = runtimeFolder
        self.takesAllPrograms = takesAllPrograms
        self.otherFolders = otherFolders
        self.variables = variables
        self.variableTarballs = variableTarballs
        self.extraFiles = extraFiles
    }
}
