{application, shop,
 [{description,""},
  {vsn,"1.0"},
  {modules,[]},
  {registered,[]},
  {applications,[kernel]},
  {included_applications,[cart]}]}.
