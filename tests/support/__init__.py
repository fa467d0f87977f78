"""What end-to-end tests share: a started Zongji, real telephones, measuring of sound."""
