{application, shop,
 [{description,""},
  {vsn,"1.0"},
  {modules,[]},
  {registered,[]},
  {applications,[kernel,stdlib]}]}.
