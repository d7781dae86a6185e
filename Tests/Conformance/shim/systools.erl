%% Stands in for OTP's systools while its test suites run against relift.
-module(systools).
-export([make_script/1, make_script/2, make_tar/1, make_tar/2, make_relup/3, make_relup/4]).

make_script(Release) -> make_script(Release, []).
make_script(Release, Options) -> forward(make_script, [Release], Options).

make_tar(Release) -> make_tar(Release, []).
make_tar(Release, Options) -> forward(make_tar, [Release], Options).

make_relup(Release, Up, Down) -> make_relup(Release, Up, Down, []).
make_relup(Release, Up, Down, Options) -> forward(make_relup, [Release, Up, Down], Options).

forward(Function, Args, Options) ->
    Answer = relift_port:call(Function, Args ++ [relift_port:with_environment(Options)]),
    relift_port:answer(Options, Answer).
