import BeamFiles
import ErlangTerms
import ReleaseModel

extension CallbackWaits {
    /// What the code of a module tells; nothing of a module that no process can have as its callback module.
    init(_ beam: BeamFile, _ code: ModuleCode, exports: Set<ModuleFacts.FunctionName>) {
        self.init()
        let isCallbackModule =
            exports.contains(ModuleFacts.FunctionName("init", 1)) || exports.contains(Self.specialLoop)
        guard isCallbackModule, let reading = try? WaitReading(beam, code) else { return }
        func source(_ number: Int) -> ModuleFacts.FunctionName {
            let function = code.functions[number]
            return function.generatedFor.map { ModuleFacts.FunctionName($0.name, $0.arity) }
                ?? ModuleFacts.FunctionName(function.name, function.arity)
        }
        self.spawnedLoops = Set(reading.spawnedLoops.map(source)).sorted()
        self.stateNames = reading.stateNames
        for callback in Set(ProcessKind.allCases.flatMap { self.callbacks(of: $0) }) where exports.contains(callback) {
            let wait = reading.longestWait(
                of: callback.name, callback.arity, isLoop: callback == Self.specialLoop)
            self.longest[callback] = wait.map { wait in
                Wait(
                    milliseconds: wait.milliseconds,
                    call: wait.call.map(ModuleFacts.ImportedFunction.init), function: source(wait.function))
            }
        }
    }
}
