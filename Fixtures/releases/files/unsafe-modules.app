{application, shop,
 [{description,""},
  {vsn,"1.0"},
  {modules,[shop,'../shop']},
  {registered,[]},
  {applications,[kernel]}]}.
