%% Stands in for OTP's systools_rc while its test suites run against relift.
-module(systools_rc).
-export([translate_scripts/3, translate_scripts/4]).

translate_scripts(Scripts, Applications, Previous) -> translate_scripts(up, Scripts, Applications, Previous).
translate_scripts(Mode, Scripts, Applications, Previous) ->
    relift_port:call(translate_scripts, [Mode, Scripts, Applications, Previous]).
