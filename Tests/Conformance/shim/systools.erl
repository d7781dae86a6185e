%% Stands in for OTP's systools while its test suites run against relift.
-module(systools).
-export([make_script/1, make_script/2, make_tar/1, make_tar/2, make_relup/3, make_relup/4]).

make_script(Release) -> make_script(Release, []).
make_script(Release, Options) -> relift_port:forward(make_script, [Release], Options).

make_tar(Release) -> make_tar(Release, []).
make_tar(Release, Options) -> relift_port:forward(make_tar, [Release], Options).

make_relup(Release, Up, Down) -> make_relup(Release, Up, Down, []).
make_relup(Release, Up, Down, Options) -> relift_port:forward(make_relup, [Release, Up, Down], Options).
