{application, shop,
 [{description,""},
  {vsn,"1.0"},
  {modules,[shop,util]},
  {registered,[]},
  {applications,[kernel]}]}.
